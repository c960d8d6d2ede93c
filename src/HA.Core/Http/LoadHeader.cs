using System.Globalization;
using HA.Core.Balancing;

namespace HA.Core.Http;

/// <summary>The response header by which a server tells how many requests it is working on, and what they take.</summary>
/// <remarks>
/// A server that adds it to every response helps clients that balance by shared load; one that answers probes with it, those
/// that ask (<see cref="HttpLoadProbe"/>); others ignore it. It is untrusted: what is no number from 0 to <see cref="Most"/>
/// is as good as missing. <see cref="LoadMeter"/> counts and writes it.
/// </remarks>
public static class LoadHeader
{
    /// <summary>
    /// Its name. The value is a number, the request that is answered included, and after a semicolon, optionally, the latency
    /// in milliseconds: <c>7;12.5</c>.
    /// </summary>
    public const string Name = "x-ha-load";

    /// <summary>The largest number that is believed.</summary>
    public const int Most = 1_000_000;

    // A day: nobody means more.
    private const double MostMilliseconds = 86_400_000;

    /// <summary>Writes its value.</summary>
    public static string Format(LoadReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.InFlight};{report.Latency.TotalMilliseconds:0.###}");

    internal static bool TryRead(HttpResponseMessage response, out LoadReport report)
    {
        report = default;
        if (!MessageParts.HasHeaders(response) || !response.Headers.NonValidated.TryGetValues(Name, out var values)) return false;
        foreach (var value in values) return TryParse(value, out report);
        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> value, out LoadReport report)
    {
        var end = value.IndexOf(';');
        var number = (end < 0 ? value : value[..end]).Trim();
        var isRead = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var inFlight) && inFlight <= Most;
        report = new LoadReport(inFlight, end < 0 ? TimeSpan.Zero : LatencyOf(value[(end + 1)..].Trim()));
        return isRead;
    }

    private static TimeSpan LatencyOf(ReadOnlySpan<char> text)
    {
        var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds);
        return isNumber && milliseconds <= MostMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;
    }
}
