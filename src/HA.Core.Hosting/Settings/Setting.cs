using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Settings;

internal delegate bool Parse<TValue>(string text, out TValue value);

/// <summary>One key.</summary>
internal abstract class Setting<T>(string key)
{
    internal string Key => key;

    internal abstract SettingInfo Describe(T defaults);

    /// <summary>What applies the value; null if it will not do, which is told.</summary>
    internal abstract Func<T, T>? Read(IConfigurationSection section, Func<T> create, ICollection<string> failures);

    protected static string? Whole(string text) => SettingText.Shown(text);

    protected static bool IsOff(string? text) => string.IsNullOrEmpty(text) || text is "off" or "none" or "false";

    /// <param name="section">The key.</param>
    /// <param name="show">As much of a value as may be told; null for nothing.</param>
    /// <param name="rule">What it breaks.</param>
    /// <param name="example">What would do.</param>
    /// <param name="failures">Takes the message.</param>
    protected static void Refuse(
        IConfigurationSection section, Func<string, string?> show, string rule, string example, ICollection<string> failures)
    {
        var value = section.Value is not { } text ? "is a section"
            : show(text) is { } shown ? $"is '{shown}'"
            : "has a value that is not shown";
        failures.Add($"{SettingText.Shown(section.Path)} {value}. {rule.TrimEnd('.')}. For example: {example}.");
    }

    // Tried on options of its own first: what a property refuses has to be told now, not when it is applied.
    protected static bool IsAccepted(
        Func<T, T> write, Func<T> create, IConfigurationSection section, Func<string, string?> show, string example,
        ICollection<string> failures)
    {
        try
        {
            _ = write(create());
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            Refuse(section, show, RuleOf(e), example, failures);
            return false;
        }
    }

    // What .NET adds to a message is about parameters, and would show a secret.
    private static string RuleOf(Exception e)
    {
        var end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return end > 0 ? e.Message[..end] : e.Message;
    }
}

/// <summary>A key with one value.</summary>
internal sealed class ValueSetting<T, TValue>(string key, SettingKind kind, Parse<TValue> parse, string rule, string example)
    : Setting<T>(key)
{
    internal required Func<T, object?> Get { get; init; }

    internal required Func<T, TValue, T> Put { get; init; }

    /// <summary>Sets it to nothing; null if that cannot be.</summary>
    internal Func<T, T>? Clear { get; init; }

    internal bool IsSecret { get; init; }

    /// <summary>As much of a value that will not do as may be told.</summary>
    internal Func<string, string?> Show { get; init; } = Whole;

    internal override SettingInfo Describe(T defaults) => new(
        Key, kind, typeof(T), Get(defaults) is { } value ? SettingText.Of(value) : null, Clear is not null, IsSecret, []);

    internal override Func<T, T>? Read(IConfigurationSection section, Func<T> create, ICollection<string> failures)
    {
        if (Clear is not null && section.Value is not null && IsOff(section.Value)) return Clear;
        if (section.Value is not { } text || !parse(text, out var value))
        {
            Refuse(section, Told, Clear is null ? rule : $"{rule}, or off", ExampleFor(create), failures);
            return null;
        }

        T Apply(T t) => Put(t, value);
        return IsAccepted(Apply, create, section, Told, ExampleFor(create), failures) ? Apply : null;
    }

    private string? Told(string text) => IsSecret ? null : Show(text);

    private string ExampleFor(Func<T> create) => !IsSecret && Get(create()) is { } value ? SettingText.Of(value) : example;
}

/// <summary>A key with several values.</summary>
internal sealed class ListSetting<T>(
    string key, Func<T, IEnumerable<string>> read, Func<T, ImmutableArray<string>, T> write, string example) : Setting<T>(key)
{
    internal override SettingInfo Describe(T defaults)
    {
        var value = SettingText.Of(read(defaults));
        return new SettingInfo(Key, SettingKind.Texts, typeof(T), value.Length > 0 ? value : null, MayBeOff: false, IsSecret: false, []);
    }

    internal override Func<T, T>? Read(IConfigurationSection section, Func<T> create, ICollection<string> failures)
    {
        var texts = section.Value is { } one
            ? one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : section.GetChildren().Select(static c => c.Value ?? "");
        ImmutableArray<string> values = [.. texts];
        T Apply(T t) => write(t, values);
        return IsAccepted(Apply, create, section, Whole, example, failures) ? Apply : null;
    }
}

/// <summary>A section whose keys are the user's own. A colon in a key is one of its characters.</summary>
internal sealed class PairsSetting<T>(string key, Func<T, ImmutableSortedDictionary<string, string>, T> write, string example)
    : Setting<T>(key)
{
    internal override SettingInfo Describe(T defaults) =>
        new(Key, SettingKind.Pairs, typeof(T), Default: null, MayBeOff: false, IsSecret: false, []);

    internal override Func<T, T>? Read(IConfigurationSection section, Func<T> create, ICollection<string> failures)
    {
        var pairs = section.AsEnumerable(makePathsRelative: true).Where(static p => p.Key.Length > 0 && p.Value is not null)
            .ToImmutableSortedDictionary(static p => p.Key, static p => p.Value ?? "", StringComparer.Ordinal);
        T Apply(T t) => write(t, pairs);
        return IsAccepted(Apply, create, section, Whole, example, failures) ? Apply : null;
    }
}

/// <summary>A key with keys of its own.</summary>
internal sealed class SectionSetting<T, TPart>(
    string key, SettingTable<TPart> table, Func<T, TPart?> read, Func<T, TPart?, T> write, bool mayBeOff) : Setting<T>(key)
    where TPart : class
{
    internal override SettingInfo Describe(T defaults) => new(
        Key, SettingKind.Section, typeof(T), read(defaults) is null ? null : "on", mayBeOff, IsSecret: false, table.Describe());

    internal override Func<T, T>? Read(IConfigurationSection section, Func<T> create, ICollection<string> failures)
    {
        if (section.Value is { } text && !section.GetChildren().Any())
        {
            if (mayBeOff && IsOff(text)) return t => write(t, null);
            if (mayBeOff && bool.TryParse(text, out _)) return t => write(t, read(t) ?? table.Create());
            if (text.Length == 0) return null;
            var rule = mayBeOff ? "It must be a section, true or false" : "It must be a section";
            Refuse(section, Whole, $"{rule} with keys of {string.Join(", ", table.Describe().Select(static i => i.Key))}",
                "true", failures);
            return null;
        }

        var apply = table.Read(section, failures);
        return t => write(t, apply(read(t) ?? table.Create()));
    }
}
