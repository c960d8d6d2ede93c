using HA.Core.Sim.Commands;
using HA.Core.Sim.Output;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Tuning;

/// <summary>Searches settings: half of the tries are spread evenly, the other half look around the best of those.</summary>
/// <remarks>Every choice is run with the same seeds, so they differ by their settings and not by chance. The search repeats.</remarks>
/// <param name="Scenario">A built-in scenario's name, or a file.</param>
/// <param name="Knobs">What is searched.</param>
/// <param name="Fixed">Other settings.</param>
/// <param name="Targets">What must hold.</param>
/// <param name="FirstSeed">The first of the seeds.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Tries">Choices of settings that are run.</param>
internal sealed record TuningSearch(
    string Scenario, Knob[] Knobs, string[] Fixed, Expectation[] Targets, ulong FirstSeed, int Seeds, int Tries)
{
    // Of the range: how far from a good choice the second half looks, at most.
    private const double Neighbourhood = 0.15;

    private static readonly int[] Primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];

    /// <summary>How many settings can be searched at once.</summary>
    internal static int MostKnobs => Primes.Length;

    /// <returns>Every choice that was run, the best first.</returns>
    /// <exception cref="Reading.BadInputException">Something in the scenario or a setting is wrong.</exception>
    internal async Task<Tuned[]> RunAsync(Terminal terminal, CancellationToken stop)
    {
        // The ends first: a mistake in a setting is told before anything runs.
        _ = Load(Knobs.Select(static k => k.At(0)).ToArray());
        _ = Load(Knobs.Select(static k => k.At(1)).ToArray());
        var random = new SeededRandom(FirstSeed, "tune", Scenario);
        var found = new Dictionary<string, (double[] Shares, Tuned Tuned)>(StringComparer.Ordinal);
        var spread = (Tries + 1) / 2;
        // Whole numbers and rounding make some choices the same; those do not count, and the search does not go on for ever.
        for (var i = 0; i < Tries * 20 && found.Count < Tries; i++)
        {
            var shares = found.Count < spread && i < spread * 4 ? Spread(i + 1) : Near(Best(found.Values), random);
            var values = Knobs.Select((k, at) => k.At(shares[at])).ToArray();
            var key = string.Join(' ', SettingsOf(values));
            if (found.ContainsKey(key)) continue;
            found.Add(key, (shares, await TryAsync(values, stop)));
            terminal.Progress($"{found.Count}/{Tries} {key}");
        }

        terminal.Progress("");
        var all = found.Values.Select(static f => f.Tuned).ToArray();
        return
        [
            .. all.Select(t => t with { IsBest = !Array.Exists(all, o => o.Beats(t)) })
                .OrderByDescending(static t => t.IsBest).ThenByDescending(static t => t.Meets).ThenBy(static t => t.Costs[0] ?? double.MaxValue),
        ];
    }

    // Halton's sequence: each prefix of it covers the whole box.
    private double[] Spread(int number) => [.. Knobs.Select((_, at) => Inverse(number, Primes[at]))];

    private static double Inverse(int number, int prime)
    {
        double result = 0, digit = 1;
        for (; number > 0; number /= prime) result += number % prime * (digit /= prime);
        return result;
    }

    private static double[] Near(double[][] best, RandomStream random) =>
        [.. best[random.Next(best.Length)].Select(share => Math.Clamp(share + (((2 * random.NextDouble()) - 1) * Neighbourhood), 0, 1))];

    private static double[][] Best(IReadOnlyCollection<(double[] Shares, Tuned Tuned)> found)
    {
        var front = found.Where(f => !found.Any(o => o.Tuned.Beats(f.Tuned))).ToArray();
        var meeting = front.Where(static f => f.Tuned.Meets).ToArray();
        return [.. (meeting.Length > 0 ? meeting : front).Select(static f => f.Shares)];
    }

    private string[] SettingsOf(double[] values) => [.. Knobs.Select((k, at) => $"{k.Path}={k.Text(values[at])}")];

    private Scenario Load(double[] values) => new Replay(Scenario, FirstSeed, null, [.. Fixed, .. SettingsOf(values)]).Load();

    private async Task<Tuned> TryAsync(double[] values, CancellationToken stop)
    {
        var settings = SettingsOf(values);
        // The targets are watched like the scenario's own expectations: some need stretches of time to be counted.
        var scenario = Load(values) with { Expectations = [.. Targets] };
        var reports = new RunReport[Seeds];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Seeds), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (i, cancelled) =>
            {
                var seed = FirstSeed + (ulong)i;
                reports[i] = await ScenarioRun.RunAsync(scenario, seed, new Replay(Scenario, seed, null, [.. Fixed, .. settings]), cancelled);
            });
        var targets = Targets.Select(t => t.Metric.Over(reports)).ToArray();
        var costs = TuningCosts.All.Select(m => m.Over(reports)).ToArray();
        return new Tuned(
            [.. settings], [.. targets], Targets.Zip(targets).All(static p => p.Second is { } value && p.First.Holds(value)),
            reports.Count(r => Targets.All(t => t.Check(r).Held)), [.. costs], IsBest: false)
        {
            Objectives = [.. Targets.Zip(targets).Select(static p => Shortfall(p.First, p.Second)), .. costs.Select(static c => c ?? double.MaxValue)],
        };
    }

    // How much a target is missed by. One that is met is met: more of it is no reason to pay for it.
    private static double Shortfall(Expectation target, double? actual) => actual switch
    {
        null => double.MaxValue,
        { } value when target.Holds(value) => 0,
        { } value => Math.Max(double.Epsilon, Math.Abs(value - target.Value)),
    };
}
