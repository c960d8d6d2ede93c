using System.Diagnostics;
using System.Globalization;
using HA.Core.Calls;
using HA.Core.Simulation;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Bench.Simulation;

/// <summary><c>simulate [--smoke]</c>: what was promised of the simulator's speed and size, trace on, on one core, and what is.</summary>
internal static class SpeedTable
{
    private const int Rounds = 3;

    internal static int Run(string[] options)
    {
        var isSmoke = options is ["--smoke"];
        if (options.Length > 0 && !isSmoke)
        {
            Console.Error.WriteLine("usage: simulate [--smoke]");
            return 2;
        }

        Console.WriteLine("| what | promised | measured | |");
        Console.WriteLine("|---|---:|---:|---|");
        // First: the most that the process ever held is what nothing else may have held before.
        Row("memory with 10 000 instances, MB", 1000, false, Megabytes(Crowd(isSmoke)));
        Row("calls a second of CPU at the transport seam", 1_500_000, true, Best(isSmoke, Load(CallSeam.Transport, isSmoke)));
        Row("calls a second of CPU through HttpClient", 600_000, true, Best(isSmoke, Load(CallSeam.Http, isSmoke)));
        Row("the same when every attempt times out", 30_000, true, Best(isSmoke, Silent(isSmoke)));
        Row("an hour of 1000 calls a second over 50 instances, s", 10, false, Seconds(Hour(isSmoke)));
        // A table, and no gate: whether a machine is as fast as that of the promises is nobody's mistake.
        return 0;
    }

    private static void Row(string what, double promised, bool moreIsBetter, double measured)
    {
        var isKept = moreIsBetter ? measured >= promised : measured <= promised;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {promised:N0} | {measured:N0} | {(isKept ? "kept" : "**not kept**")} |"));
    }

    private static double Best(bool isSmoke, Scenario scenario)
    {
        var best = 0.0;
        for (var round = 0; round < (isSmoke ? 1 : Rounds); round++)
            best = Math.Max(best, ThroughputBenchmark.CallsPerSecond(scenario));
        return best;
    }

    private static double Seconds(Scenario scenario)
    {
        var before = Stopwatch.GetTimestamp();
        ScenarioRunner.Run(scenario, 1);
        return Stopwatch.GetElapsedTime(before).TotalSeconds;
    }

    private static double Megabytes(Scenario scenario)
    {
        ScenarioRunner.Run(scenario, 1);
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1e6;
    }

    private static Scenario Load(CallSeam seam, bool isSmoke) => Short(ThroughputBenchmark.Load(seam), isSmoke);

    private static Scenario Crowd(bool isSmoke) => Short(
        new Scenario
        {
            Name = "crowd",
            Service = new ServiceModel { Instances = 10_000 },
            Traffic = new TrafficModel { Rate = 1000 },
            Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
            Duration = TimeSpan.FromSeconds(30),
        },
        isSmoke);

    private static Scenario Silent(bool isSmoke)
    {
        var load = Load(CallSeam.Http, isSmoke);
        return load with
        {
            Duration = load.Duration / 10,
            Client = load.Client with
            {
                ActiveChecks = false,
                Calls = new CallOptions { Deadline = TimeSpan.FromMilliseconds(250), AttemptTimeout = TimeSpan.FromMilliseconds(100) },
            },
            Faults = [new HangFault { At = TimeSpan.Zero, For = load.Duration, Target = Target.All }],
        };
    }

    private static Scenario Hour(bool isSmoke) => Short(
        new Scenario
        {
            Name = "hour",
            Service = new ServiceModel { Instances = 50 },
            Traffic = new TrafficModel { Rate = 1000 },
            Duration = TimeSpan.FromHours(1),
        },
        isSmoke);

    private static Scenario Short(Scenario scenario, bool isSmoke) =>
        isSmoke ? scenario with { Duration = TimeSpan.FromSeconds(1), Service = scenario.Service with { Instances = Math.Min(50, scenario.Service.Instances) } } : scenario;
}
