using System.Collections.Immutable;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>What a comparison came to: a stable format.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="FirstSeed">The first of the seeds, which follow one another.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Balancers">A row for each policy, in the order asked for.</param>
internal sealed record ComparisonJson(string Scenario, ulong FirstSeed, int Seeds, ImmutableArray<ComparisonRow> Balancers);

/// <summary>One policy's figures, means over the seeds.</summary>
internal sealed record ComparisonRow(
    string Balancer, double Calls, double Failed, double Retries, double P50Ms, double P99Ms, double P999Ms, double MaxMs,
    double LargestShare, double SmallestShare)
{
    internal static ComparisonRow Of(string balancer, ReadOnlySpan<RunReport> reports)
    {
        var all = reports.ToArray();
        return new ComparisonRow(
            balancer, Mean(static r => r.Calls), Mean(static r => r.Failed), Mean(static r => r.Retries),
            Mean(static r => r.LatencyMs.P50), Mean(static r => r.LatencyMs.P99), Mean(static r => r.LatencyMs.P999), Mean(static r => r.LatencyMs.Max),
            Mean(static r => r.PerInstance.Max(static i => i.Share)), Mean(static r => r.PerInstance.Min(static i => i.Share)));

        double Mean(Func<RunReport, double> figure) => Math.Round(all.Average(figure), 4);
    }
}

/// <summary>A comparison for people.</summary>
internal static class ComparisonTable
{
    internal static void Write(Terminal terminal, ComparisonJson comparison)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("balancer");
        foreach (var title in (string[])["calls", "failed", "retries", "p50", "p99", "p99.9", "max", "largest share", "smallest"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        foreach (var row in comparison.Balancers)
        {
            table.AddRow(
                Markup.Escape(row.Balancer), Figures.Number((long)row.Calls), Figures.Number((long)row.Failed), Figures.Number((long)row.Retries),
                Figures.Time(row.P50Ms), Figures.Time(row.P99Ms), Figures.Time(row.P999Ms), Figures.Time(row.MaxMs),
                Figures.Percent(row.LargestShare), Figures.Percent(row.SmallestShare));
        }

        terminal.Canvas().Write(table);
        var seeds = comparison.Seeds == 1 ? $"seed {comparison.FirstSeed}" : $"means over {comparison.Seeds} seeds from {comparison.FirstSeed}";
        terminal.Out.WriteLine($"{comparison.Scenario}: the same arrivals and service times for all, {seeds}");
    }
}
