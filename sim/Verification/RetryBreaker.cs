using HA.Core.Simulation;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>
/// A hundred clients that retry up to three times, but not once more than a tenth of what each of them ever did has failed: the circuit
/// breaker that a token bucket is better than. Not a scenario, because nothing that is shipped works so: a model of its own.
/// </summary>
/// <param name="failureShare">Share of the attempts that fail, each for itself.</param>
/// <param name="successRate">Share of the calls that succeeded where it was published.</param>
/// <param name="attemptsPerCall">Attempts for each call there.</param>
internal sealed class RetryBreaker(double failureShare, double successRate, double attemptsPerCall)
{
    private const int Clients = 100;
    private const int CallsOfEach = 2000;
    private const int Retries = 3;
    private const int Trials = 3;
    private const double MostFailures = 0.1;
    private const double Tolerance = 0.01;
    private const string Source =
        "Brooker 2022, \"Fixing retries with token buckets and circuit breakers\"; published: it trips long before its threshold, because each client sees little";

    private static readonly Exponential Gap = new(TimeSpan.FromMilliseconds(100));
    private static readonly Exponential Hop = new(TimeSpan.FromMilliseconds(10));

    internal static RetryBreaker[] All { get; } = [new(0.01, 0.9999, 1.010), new(0.1, 0.928, 1.030), new(0.5, 0.5007, 1.0)];

    internal string Name { get; } = FormattableString.Invariant($"retry-breaker-{failureShare}");

    internal ExperimentResult Run(ulong seed)
    {
        var trials = Enumerable.Range(0, Trials).Select(i => Simulator.Run(seed + (ulong)i, TryAsync)).ToArray();
        return PublishedModel.ResultOf(
            Name, Source, seed, Trials, trials.Sum(static t => t.Calls),
            Row("successRate", successRate, [.. trials.Select(static t => (double)t.Succeeded / t.Calls)], MetricUnit.Share),
            Row("attemptsPerCall", attemptsPerCall, [.. trials.Select(static t => (double)t.Attempts / t.Calls)], MetricUnit.Number));
    }

    private static TheoryRow Row(string metric, double published, double[] values, MetricUnit unit) =>
        PublishedModel.Row(metric, $"{metric} == {published} +- {Tolerance}", published, Tolerance, values, unit);

    private async Task<Count> TryAsync(Simulator simulation)
    {
        var all = new Count();
        await Task.WhenAll(Enumerable.Range(1, Clients).Select(i => MakeCallsAsync(simulation, $"client {i}", all))).ConfigureAwait(false);
        return all;
    }

    private async Task MakeCallsAsync(Simulator simulation, string client, Count all)
    {
        var (gaps, chance) = (simulation.Random("gaps", client), simulation.Random("attempts", client));
        var own = new Count();
        var calls = new Task[CallsOfEach];
        for (var i = 0; i < calls.Length; i++)
        {
            await simulation.DelayAsync(Gap.Sample(gaps)).ConfigureAwait(false);
            calls[i] = CallAsync(simulation, chance, own);
        }

        await Task.WhenAll(calls).ConfigureAwait(false);
        all.Add(own);
    }

    private async Task CallAsync(Simulator simulation, RandomStream chance, Count own)
    {
        own.Calls++;
        for (var retries = 0; ; retries++)
        {
            own.Attempts++;
            await simulation.DelayAsync(Hop.Sample(chance)).ConfigureAwait(false);
            var fails = chance.NextDouble() < failureShare;
            await simulation.DelayAsync(Hop.Sample(chance)).ConfigureAwait(false);
            if (!fails)
            {
                own.Succeeded++;
                return;
            }

            own.Failures++;
            if (own.Failures > MostFailures * own.Calls || retries == Retries) return;
        }
    }

    private sealed class Count
    {
        internal long Calls { get; set; }

        internal long Succeeded { get; set; }

        internal long Attempts { get; set; }

        /// <summary>Attempts that failed.</summary>
        internal long Failures { get; set; }

        internal void Add(Count other)
        {
            Calls += other.Calls;
            Succeeded += other.Succeeded;
            Attempts += other.Attempts;
        }
    }
}
