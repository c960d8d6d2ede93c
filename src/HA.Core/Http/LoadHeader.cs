using System.Globalization;

namespace HA.Core.Http;

/// <summary>The response header by which a server tells how many requests it is working on.</summary>
/// <remarks>
/// A server that adds it to every response helps clients that balance by shared load; others ignore it. It is untrusted:
/// what is no number from 0 to <see cref="Most"/> is as good as missing.
/// </remarks>
public static class LoadHeader
{
    /// <summary>Its name. The value is a number, the request that is answered included; what follows a semicolon is ignored.</summary>
    public const string Name = "x-ha-load";

    /// <summary>The largest number that is believed.</summary>
    public const int Most = 1_000_000;

    internal static bool TryRead(HttpResponseMessage response, out int inFlight)
    {
        inFlight = 0;
        if (!response.Headers.NonValidated.TryGetValues(Name, out var values)) return false;
        foreach (var value in values)
        {
            var end = value.IndexOf(';', StringComparison.Ordinal);
            var number = (end < 0 ? value : value.AsSpan(0, end)).Trim();
            return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out inFlight) && inFlight <= Most;
        }

        return false;
    }
}
