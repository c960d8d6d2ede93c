using HA.Core.Simulation;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>
/// A hundred clients that each change one row once, which works only if nobody else did in between; who fails waits and
/// begins anew. Not a scenario, because the row is no service: a model of its own, on the same virtual time and chance.
/// </summary>
internal static class BackoffContention
{
    private const int Clients = 100;
    private const int Trials = 100;
    private const double Tolerance = 0.05;

    private static readonly Normal Hop = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(2));

    internal static string Source => "AWS 2015, \"Exponential Backoff And Jitter\": a hundred clients, one row";

    internal static string NameOf(BackoffStrategy strategy) => $"backoff-{strategy.Name}";

    internal static ExperimentResult Run(BackoffStrategy strategy, ulong seed)
    {
        var trials = Enumerable.Range(0, Trials).Select(i => Simulator.Run(seed + (ulong)i, simulation => TryAsync(simulation, strategy))).ToArray();
        return PublishedModel.ResultOf(
            NameOf(strategy), Source, seed, Trials, trials.Sum(static t => (long)t.Calls),
            Row("time", "time until all are done", strategy.MeanTimeMs, [.. trials.Select(static t => t.Milliseconds)], MetricUnit.Milliseconds),
            Row("writes", "writes of all", strategy.MeanCalls, [.. trials.Select(static t => (double)t.Calls)], MetricUnit.Number));
    }

    private static TheoryRow Row(string metric, string what, double published, double[] values, MetricUnit unit) =>
        PublishedModel.Row(metric, $"{what} +- 5%", published, published * Tolerance, values, unit);

    private static async Task<(double Milliseconds, int Calls)> TryAsync(Simulator simulation, BackoffStrategy strategy)
    {
        var row = new VersionedRow();
        await Task.WhenAll(Enumerable.Range(1, Clients).Select(i => ChangeAsync(simulation, row, strategy, simulation.Random("backoff", $"client {i}")))).ConfigureAwait(false);
        return (simulation.Now.TotalMilliseconds, row.Writes);
    }

    private static async Task ChangeAsync(Simulator simulation, VersionedRow row, BackoffStrategy strategy, RandomStream random)
    {
        var wait = BackoffStrategy.First;
        for (var failed = 1; ; failed++)
        {
            await simulation.DelayAsync(Hop.Sample(random)).ConfigureAwait(false);
            var version = row.Version;
            await simulation.DelayAsync(Hop.Sample(random)).ConfigureAwait(false);
            await simulation.DelayAsync(Hop.Sample(random)).ConfigureAwait(false);
            var isDone = row.TryWrite(version);
            await simulation.DelayAsync(Hop.Sample(random)).ConfigureAwait(false);
            if (isDone) return;
            wait = strategy.WaitMs(random, failed, wait);
            await simulation.DelayAsync(TimeSpan.FromMilliseconds(wait)).ConfigureAwait(false);
        }
    }

    private sealed class VersionedRow
    {
        internal int Version { get; private set; }

        internal int Writes { get; private set; }

        internal bool TryWrite(int version)
        {
            Writes++;
            if (version != Version) return false;
            Version++;
            return true;
        }
    }
}
