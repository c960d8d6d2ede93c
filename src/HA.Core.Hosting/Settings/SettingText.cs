using System.Globalization;
using System.Text.RegularExpressions;

namespace HA.Core.Hosting.Settings;

/// <summary>Values as configuration writes them.</summary>
internal static partial class SettingText
{
    private const int MaxShown = 64;

    private static readonly (string Unit, double Ticks)[] Units =
    [
        // The longer one first: "ms" ends in "s" too.
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>
    /// <c>00:00:02.5</c>, or a number and a unit: <c>2500ms</c>, <c>2.5s</c>, <c>2m</c>, <c>1h</c>. A bare number is none.
    /// </summary>
    internal static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (unit, ticks) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!TryNumber(text[..^unit.Length], out var number)) return false;
            var total = number * ticks;
            if (!(Math.Abs(total) < TimeSpan.MaxValue.Ticks)) return false;
            value = TimeSpan.FromTicks((long)total);
            return true;
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
    }

    internal static bool TryInteger(string text, out int value) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    internal static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    internal static string Of(object? value) => value switch
    {
        null => "off",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IEnumerable<string> texts => string.Join(", ", texts),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Cut and without control characters: it may end in a log.</summary>
    internal static string Shown(string text, int most = MaxShown)
    {
        text = Masked(text);
        var shown = new string([.. text.Take(most).Select(static c => IsPlain(c) ? c : '?')]);
        return text.Length > most ? shown + "..." : shown;
    }

    /// <summary>An address without its path, which may be what lets one in; null for a text that has no host.</summary>
    internal static string? HostOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? Shown($"{uri.Scheme}://{uri.Host}") : null;

    // A secret that was written where none belongs: before the host of a URI, or after the word for it.
    private static string Masked(string text) => SecretInText().Replace(text, "***");

    [GeneratedRegex(@"(?<=://)[^/?#\s]*(?=@)|(?<=(password|passwd|pwd|token|secret)\s*[=:]\s*)[^\s,;&'""]+",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretInText();

    // What ends a line or turns its direction around is no better than what moves the cursor.
    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
