using System.Globalization;

namespace HA.Core.Simulation.Pages;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Amounts
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    internal static string Count(long value) => value.ToString("N0", Invariant);

    /// <summary>So many of something: <c>1 call</c>, <c>2 calls</c>.</summary>
    internal static string Count(long value, string noun) => Count(value, noun, $"{noun}s");

    /// <summary>The same, for nouns of which there are several otherwise: <c>2 policies</c>.</summary>
    internal static string Count(long value, string one, string many) => $"{Count(value)} {(value == 1 ? one : many)}";

    /// <summary>A share in percent that never rounds to all or to none.</summary>
    internal static string Percent(double share)
    {
        var rest = Math.Min(share, 1 - share) * 100;
        var decimals = rest is <= 0 or >= 1 ? 1 : Math.Clamp(1 - (int)Math.Floor(Powers.Of(rest)), 1, 9);
        return Math.Round(share * 100, decimals).ToString("0.#########", Invariant) + " %";
    }

    /// <summary>A time in the unit that suits it; a dash for none.</summary>
    internal static string Time(double? milliseconds) => milliseconds switch
    {
        null => "–",
        0 => "0 ms",
        < 1 and var ms => Digits(ms * 1000) + " µs",
        < 1000 and var ms => Digits(ms) + " ms",
        < 120_000 and var ms => Digits(ms / 1000) + " s",
        { } ms => Digits(ms / 60_000) + " min",
    };

    internal static string Time(TimeSpan time) => Time(time.TotalMilliseconds);

    /// <summary>A moment of the run.</summary>
    internal static string Moment(double seconds) => seconds.ToString("0.###", Invariant) + " s";

    internal static string Rate(double perSecond) => Digits(perSecond) + "/s";

    /// <summary>A seed.</summary>
    internal static string Plain(ulong value) => value.ToString(Invariant);

    /// <summary>A number with the digits it has.</summary>
    internal static string Plain(double value) => value.ToString(Invariant);

    /// <summary>Four decimals, for what is nearly a whole number.</summary>
    internal static string Exact(double value) => value.ToString("0.####", Invariant);

    /// <summary>Three digits, more before the point if it has them.</summary>
    internal static string Digits(double value) =>
        value.ToString(value >= 99.95 ? "#,0" : value >= 9.995 ? "0.#" : "0.##", Invariant);
}
