using System.Globalization;

namespace HA.Core.Sim.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>A time in the unit that suits it; a dash for none.</summary>
    internal static string Time(double? milliseconds) => milliseconds switch
    {
        null => "-",
        >= 1000 and var ms => (ms / 1000).ToString("0.00", CultureInfo.InvariantCulture) + " s",
        { } ms => ms.ToString(ms < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " ms",
    };

    internal static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
