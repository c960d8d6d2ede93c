using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using HA.Core.Simulation.Scenarios;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Sim.Reading;

/// <summary>Sets the properties of options from a section of configuration, and says everything that is wrong with it.</summary>
/// <remarks>Keys are the names of the properties, in any case. What a value may be is said by the property that takes it.</remarks>
internal static class OptionsBinder
{
    private const string Off = "off";

    // What a property takes, and how it is read; null for a text that is none of these.
    private static readonly (Type Type, string Says, Func<string, object?> Read)[] Values =
    [
        (typeof(string), "a text", static t => t),
        (typeof(bool), "true or false", static t => bool.TryParse(t, out var v) ? v : null),
        (typeof(int), "a whole number", static t => int.TryParse(t, NumberStyles.Integer, CultureInfo.InvariantCulture, out var v) ? v : null),
        (typeof(double), "a number", static t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : null),
        (typeof(TimeSpan), "a time with a unit, such as 500ms or 00:00:02", static t => Duration(t)),
    ];

    /// <summary>Sets what the section says; what it does not say stays.</summary>
    /// <param name="section">Where the keys are.</param>
    /// <param name="options">Takes the values: fresh ones, which nobody else has.</param>
    /// <param name="problems">Takes a message for each key that will not do.</param>
    internal static void Bind(IConfigurationSection section, object options, ICollection<string> problems)
    {
        var properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static p => p.CanWrite && Takes(p)).ToArray();
        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(properties, p => string.Equals(p.Name, child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null) problems.Add($"{child.Path}: there is no such key{Suggestion.For(child.Key, properties.Select(static p => p.Name), "keys")}");
            else Set(child, options, property, problems);
        }
    }

    private static void Set(IConfigurationSection section, object options, PropertyInfo property, ICollection<string> problems)
    {
        if (IsPart(property))
        {
            SetPart(section, options, property, problems);
            return;
        }

        if (property.PropertyType == typeof(ImmutableArray<string>))
        {
            Put(section, options, property, Texts(section), problems);
            return;
        }

        if (property.PropertyType == typeof(ImmutableSortedDictionary<string, string>))
        {
            Put(section, options, property, section.GetChildren().ToImmutableSortedDictionary(static c => c.Key, static c => c.Value ?? "", StringComparer.Ordinal), problems);
            return;
        }

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var (_, says, read) = Array.Find(Values, v => v.Type == type);
        if (section.Value is not { } text)
        {
            problems.Add($"{section.Path}: must be {says}, not a section");
            return;
        }

        var isOptional = type != property.PropertyType || (type == typeof(string) && MayBeNull(property));
        if (isOptional && string.Equals(text, Off, StringComparison.OrdinalIgnoreCase)) Put(section, options, property, null, problems);
        else if (read(text) is { } value) Put(section, options, property, value, problems);
        else problems.Add($"{section.Path}: must be {says}{(isOptional ? ", or off" : "")}, not '{text}'");
    }

    // A part that is off unless it is there is turned on by being there; true and false alone do the same.
    private static void SetPart(IConfigurationSection section, object options, PropertyInfo property, ICollection<string> problems)
    {
        if (section.Value is { Length: > 0 } text)
        {
            var isOn = string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);
            if (!isOn && !string.Equals(text, "false", StringComparison.OrdinalIgnoreCase) && !string.Equals(text, Off, StringComparison.OrdinalIgnoreCase))
                problems.Add($"{section.Path}: must be a section, true or false, not '{text}'");
            else if (!isOn && !MayBeNull(property)) problems.Add($"{section.Path}: cannot be off; leave it out for what is recommended");
            else Put(section, options, property, isOn ? Activator.CreateInstance(property.PropertyType) : null, problems);
            return;
        }

        // What was said before of other keys stays.
        var part = property.GetValue(options) ?? Activator.CreateInstance(property.PropertyType)!;
        Bind(section, part, problems);
        Put(section, options, property, part, problems);
    }

    private static void Put(IConfigurationSection section, object options, PropertyInfo property, object? value, ICollection<string> problems)
    {
        try
        {
            property.SetValue(options, value);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException refused)
        {
            problems.Add($"{section.Path}: {ReadContext.SentenceOf(refused)}");
        }
    }

    private static bool MayBeNull(PropertyInfo property) => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    // An array, or one text with commas.
    private static ImmutableArray<string> Texts(IConfigurationSection section) => section.Value is { } one
        ? [.. one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
        : [.. section.GetChildren().Select(static c => c.Value ?? "")];

    private static bool Takes(PropertyInfo property) =>
        IsPart(property) || property.PropertyType == typeof(ImmutableArray<string>) || property.PropertyType == typeof(ImmutableSortedDictionary<string, string>)
        || Array.Exists(Values, v => v.Type == (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));

    private static bool IsPart(PropertyInfo property) =>
        property.PropertyType is { IsClass: true, IsAbstract: false } type && type != typeof(string)
        && !typeof(Delegate).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null;

    private static TimeSpan? Duration(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal)) return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
        return text != "0" && DurationText.TryParse(text, out var duration) ? duration : null;
    }
}
