namespace HA.Core.Hosting.Settings;

/// <summary>What kind of value a key takes.</summary>
public enum SettingKind
{
    /// <summary>A text.</summary>
    Text = 0,

    /// <summary>Several texts: an array, or one text with commas.</summary>
    Texts = 1,

    /// <summary>Keys of one's own with a text each.</summary>
    Pairs = 2,

    /// <summary>A whole number.</summary>
    Whole = 3,

    /// <summary>A number.</summary>
    Number = 4,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag = 5,

    /// <summary>A time: <c>00:00:02.5</c>, <c>2500ms</c>, <c>2.5s</c>, <c>2m</c> or <c>1h</c>.</summary>
    Duration = 6,

    /// <summary>A section with keys of its own.</summary>
    Section = 7,
}

/// <summary>A key of configuration, as documentation and schemas show it.</summary>
/// <param name="Key">Its name, which is the name of the property that it sets.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Owner">The type whose property it sets.</param>
/// <param name="Default">What counts when the key is absent; null for nothing.</param>
/// <param name="MayBeOff">Whether <c>off</c> is a value: no such thing.</param>
/// <param name="IsSecret">Whether the value is never shown.</param>
/// <param name="Parts">The keys of a section.</param>
public sealed record SettingInfo(
    string Key, SettingKind Kind, Type Owner, string? Default, bool MayBeOff, bool IsSecret, IReadOnlyList<SettingInfo> Parts);
