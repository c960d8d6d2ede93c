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
    // As in ha-sim's project file.
    private const int CallsWatched = 2000;

    // The compiler is done with what it watches after five or six.
    private const int Rounds = 10;

    private static readonly SpeedRow[] Rows =
    [
        new("memory with 10 000 instances, MB", 1000, false, static isSmoke => Megabytes(Crowd(isSmoke))),
        new("calls a second of CPU at the transport seam", 1_500_000, true, static isSmoke => Best(isSmoke, Load(CallSeam.Transport, isSmoke))),
        new("calls a second of CPU through HttpClient", 600_000, true, static isSmoke => Best(isSmoke, Load(CallSeam.Http, isSmoke))),
        new("the same when every attempt times out", 30_000, true, static isSmoke => Best(isSmoke, Silent(isSmoke))),
        new("an hour of 1000 calls a second over 50 instances, s", 10, false, static isSmoke => Seconds(Hour(isSmoke))),
    ];

    internal static int Run(string[] options)
    {
        switch (options)
        {
            case [] or ["--smoke"]:
                Console.WriteLine("| what | promised | measured | |");
                Console.WriteLine("|---|---:|---:|---|");
                for (var row = 0; row < Rows.Length; row++) Console.WriteLine(Rows[row].Render(MeasuredAlone(row, options)));
                // A table, and no gate: whether a machine is as fast as that of the promises is nobody's mistake.
                return 0;
            case ["row", var number, .. var rest] when int.TryParse(number, CultureInfo.InvariantCulture, out var row):
                Console.WriteLine(Rows[row].Measure(rest is ["--smoke"]).ToString("R", CultureInfo.InvariantCulture));
                return 0;
            default:
                Console.Error.WriteLine("usage: simulate [--smoke]");
                return 2;
        }
    }

    // In a process of its own, that starts as ha-sim does: neither what it held before nor what its compiler saw counts.
    private static double MeasuredAlone(int row, string[] options)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(SpeedTable).Assembly.Location, "simulate", "row", $"{row}", .. options])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_TC_CallCountThreshold"] = CallsWatched.ToString("X", CultureInfo.InvariantCulture);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.TryParse(output, CultureInfo.InvariantCulture, out var measured)
            ? measured
            : throw new InvalidOperationException($"Row {row} ended with exit code {process.ExitCode} and wrote: {output}");
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

    private sealed record SpeedRow(string What, double Promised, bool MoreIsBetter, Func<bool, double> Measure)
    {
        internal string Render(double measured)
        {
            var isKept = MoreIsBetter ? measured >= Promised : measured <= Promised;
            return string.Create(CultureInfo.InvariantCulture, $"| {What} | {Promised:N0} | {measured:N0} | {(isKept ? "kept" : "**not kept**")} |");
        }
    }
}
