using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Settings;

/// <summary>Which keys of a section of configuration set which property: binding without reflection, with messages that teach.</summary>
/// <remarks>
/// What a value may be is said by the property that takes it, whose message is passed on with the key and an example. A key
/// that is not in the table is an error too. Build it once; safe for concurrent use afterwards.
/// </remarks>
/// <typeparam name="T">The options. Either mutable, or a record that answers a changed copy.</typeparam>
public sealed class SettingTable<T>(Func<T> create)
{
    private readonly SortedDictionary<string, Setting<T>> _settings = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys, in ordinal order.</summary>
    public IReadOnlyList<SettingInfo> Describe()
    {
        var defaults = create();
        return [.. _settings.Values.Select(s => s.Describe(defaults))];
    }

    /// <summary>A text.</summary>
    public SettingTable<T> Text(string key, Func<T, string?> read, Func<T, string, T> write, string example = "text",
        bool isSecret = false) =>
        Add(new ValueSetting<T, string>(key, SettingKind.Text, static (string t, out string v) =>
            (v = t).Length > 0, "It must not be empty", example)
        {
            Get = read,
            Put = write,
            IsSecret = isSecret,
        });

    /// <summary>A text that may be left out: <c>off</c> is the same as none.</summary>
    public SettingTable<T> OptionalText(string key, Func<T, string?> read, Func<T, string?, T> write, string example = "text",
        bool isSecret = false) =>
        Add(new ValueSetting<T, string>(key, SettingKind.Text, static (string t, out string v) =>
            (v = t).Length > 0, "It must not be empty", example)
        {
            Get = read,
            Put = write!,
            Clear = t => write(t, null),
            IsSecret = isSecret,
        });

    /// <summary>An address whose path may be a secret: no more is told of it than its host.</summary>
    public SettingTable<T> Address(string key, Func<T, string?> read, Func<T, string, T> write, string example) =>
        Add(new ValueSetting<T, string>(key, SettingKind.Text, static (string t, out string v) =>
            (v = t).Length > 0, "It must not be empty", example)
        {
            Get = read,
            Put = write,
            Show = SettingText.HostOf,
        });

    /// <summary>Several texts.</summary>
    public SettingTable<T> Texts(string key, Func<T, IEnumerable<string>> read, Func<T, ImmutableArray<string>, T> write, string example) =>
        Add(new ListSetting<T>(key, read, write, example));

    /// <summary>Keys of one's own.</summary>
    public SettingTable<T> Pairs(
        string key, Func<T, ImmutableSortedDictionary<string, string>, T> write, string example = "{ \"team\": \"orders\" }") =>
        Add(new PairsSetting<T>(key, write, example));

    /// <summary>A whole number.</summary>
    public SettingTable<T> Whole(string key, Func<T, int?> read, Func<T, int, T> write, int example = 10) =>
        Add(new ValueSetting<T, int>(key, SettingKind.Whole, SettingText.TryInteger, "It must be a whole number", SettingText.Of(example))
        {
            Get = t => read(t),
            Put = write,
        });

    /// <summary>A number.</summary>
    public SettingTable<T> Number(string key, Func<T, double?> read, Func<T, double, T> write) =>
        Add(NumberSetting(key, read, write));

    /// <summary>A number that may be <c>off</c>.</summary>
    public SettingTable<T> OptionalNumber(string key, Func<T, double?> read, Func<T, double?, T> write) =>
        Add(NumberSetting(key, read, (t, v) => write(t, v), t => write(t, null)));

    /// <summary>Yes or no.</summary>
    public SettingTable<T> Flag(string key, Func<T, bool> read, Func<T, bool, T> write) =>
        Add(new ValueSetting<T, bool>(key, SettingKind.Flag, bool.TryParse, "It must be true or false", "true")
        {
            Get = t => read(t),
            Put = write,
        });

    /// <summary>A time.</summary>
    public SettingTable<T> Duration(string key, Func<T, TimeSpan?> read, Func<T, TimeSpan, T> write) =>
        Add(DurationSetting(key, read, write));

    /// <summary>A time that may be <c>off</c>.</summary>
    public SettingTable<T> OptionalDuration(string key, Func<T, TimeSpan?> read, Func<T, TimeSpan?, T> write) =>
        Add(DurationSetting(key, read, (t, v) => write(t, v), t => write(t, null)));

    /// <summary>A section with a table of its own.</summary>
    public SettingTable<T> Section<TPart>(string key, SettingTable<TPart> table, Func<T, TPart> read, Func<T, TPart, T> write)
        where TPart : class => Add(new SectionSetting<T, TPart>(key, table, read, (t, p) => write(t, p!), mayBeOff: false));

    /// <summary>
    /// A section that turns something on by being there; <c>true</c> alone takes it as it comes, and <c>false</c> turns it
    /// off.
    /// </summary>
    public SettingTable<T> OptionalSection<TPart>(string key, SettingTable<TPart> table, Func<T, TPart?> read, Func<T, TPart?, T> write)
        where TPart : class => Add(new SectionSetting<T, TPart>(key, table, read, write, mayBeOff: true));

    /// <summary>
    /// Reads a section once, and answers what applies its values to options; later changes of the section change nothing.
    /// </summary>
    /// <param name="section">Where the keys are.</param>
    /// <param name="failures">
    /// Takes a message for every key that is unknown or has a value that will not do; such a key is left out.
    /// </param>
    public Func<T, T> Read(IConfiguration section, ICollection<string> failures)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(failures);
        Func<T, T> all = static t => t;
        foreach (var child in section.GetChildren())
        {
            if (!_settings.TryGetValue(child.Key, out var setting))
            {
                failures.Add($"{SettingText.Shown(child.Path)}: there is no such key. {Nearest.Of(child.Key, _settings.Keys)}");
                continue;
            }

            if (setting.Read(child, create, failures) is not { } one) continue;
            var before = all;
            all = t => one(before(t));
        }

        return all;
    }

    internal T Create() => create();

    private static ValueSetting<T, double> NumberSetting(
        string key, Func<T, double?> read, Func<T, double, T> write, Func<T, T>? clear = null) =>
        new(key, SettingKind.Number, SettingText.TryNumber, "It must be a number", "0.5")
        {
            Get = t =>
            read(t),
            Put = write,
            Clear = clear
        };

    private static ValueSetting<T, TimeSpan> DurationSetting(
        string key, Func<T, TimeSpan?> read, Func<T, TimeSpan, T> write, Func<T, T>? clear = null) =>
        new(key, SettingKind.Duration, SettingText.TryDuration, "It must be a time with a unit", "00:00:02 or 500ms")
        {
            Get = t => read(t),
            Put = write,
            Clear = clear,
        };

    private SettingTable<T> Add(Setting<T> setting)
    {
        _settings.Add(setting.Key, setting);
        return this;
    }
}
