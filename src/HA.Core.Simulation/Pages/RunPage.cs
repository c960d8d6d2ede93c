using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Pages;

/// <summary>A run as one HTML page that needs nothing else: to look at, to send to somebody, to keep.</summary>
/// <remarks>
/// The page loads nothing and names no address. The same run gives the same page, byte for byte. Whatever comes from a
/// scenario or a registry is escaped. Safe for use by several threads.
/// </remarks>
public static class RunPage
{
    /// <summary>Draws a run.</summary>
    /// <param name="report">A run with its history: <see cref="SimulationOptions.KeepHistory"/>.</param>
    /// <param name="options">What else to tell; null for nothing.</param>
    /// <exception cref="ArgumentException">The run was made without its history.</exception>
    public static string Of(RunReport report, RunPageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.History is not { } history)
        {
            throw new ArgumentException(
                $"The run was made without its history; set {nameof(SimulationOptions)}.{nameof(SimulationOptions.KeepHistory)}.",
                nameof(report));
        }

        options ??= new RunPageOptions();
        var readOut = new ReadOut(history);
        Html[] sections =
        [
            Verdict.Of(report, history, options),
            Ribbon.Of(history),
            Lanes.Of(history),
            HeatMaps.Load(history, readOut),
            HeatMaps.Latency(history, readOut),
            Percentiles.Of(history, readOut),
            Distribution.Of(history),
            Outcomes.Of(history, readOut),
            Attempts.Of(history, readOut),
            Expected.Of(report),
            Background.Of(report, history, options),
        ];
        return Document.Of($"{report.Scenario}: {report.Verdict}", sections, readOut.ToJson()).ToString();
    }
}
