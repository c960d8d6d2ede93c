using System.Globalization;

namespace HA.Core.Simulation.Scenarios;

/// <summary>Durations as people write them: <c>250us</c>, <c>10ms</c>, <c>1.5s</c>, <c>2m</c>, <c>1h</c>.</summary>
public static class DurationText
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        // Longer units first where one ends with another.
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a duration; false if it is none, is negative, or is longer than a year.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (unit, ticks) in Units)
        {
            var number = text.AsSpan().Trim();
            if (!number.EndsWith(unit, StringComparison.Ordinal)) continue;
            var digits = number[..^unit.Length];
            if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) continue;
            if (value > 365m * TimeSpan.TicksPerDay / ticks) break;
            duration = new TimeSpan((long)(value * ticks));
            return true;
        }

        duration = TimeSpan.Zero;
        return text.Trim() == "0";
    }

    /// <summary>Writes a duration in the unit that suits it.</summary>
    public static string Format(TimeSpan duration)
    {
        var (divisor, unit) = duration.Ticks switch
        {
            0 => (TimeSpan.TicksPerSecond, "s"),
            < TimeSpan.TicksPerMillisecond => (TimeSpan.TicksPerMicrosecond, "us"),
            < TimeSpan.TicksPerSecond => (TimeSpan.TicksPerMillisecond, "ms"),
            _ => (TimeSpan.TicksPerSecond, "s"),
        };
        return (duration.Ticks / (decimal)divisor).ToString("0.###", CultureInfo.InvariantCulture) + unit;
    }
}
