using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Exploration;

/// <summary>A test that was generated compiles, runs, and is what the generator writes: it is a file of this project.</summary>
public sealed class RegressionTestTests
{
    [Fact]
    public void Generated_OfAScenarioWithEverything_IsTheFileOfThisProject()
    {
        var text = RegressionTest.Of(Trial.Run(Everything, 42), "GeneratedExample");

        // HA_APPROVE=1 writes it anew.
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "GeneratedExample.cs");
        if (Environment.GetEnvironmentVariable("HA_APPROVE") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    [Fact]
    public void Generated_OfAnySeed_HasNothingThatCannotBeWritten()
    {
        for (var seed = 1ul; seed <= 200; seed++)
            Assert.Contains("ScenarioRunner.Run", RegressionTest.Of(new Trial(ScenarioGenerator.Generate(seed), seed, null, null), "Any"), StringComparison.Ordinal);
    }

    // Every kind of fault and of value, so that the compiler has seen each.
    private static Scenario Everything { get; } = new()
    {
        Name = "everything",
        Title = "Quotes \" and \\ and ü.",
        Tags = ["a", "b"],
        Duration = TimeSpan.FromSeconds(4),
        Service = new ServiceModel { Zones = ["a", "b"], Weights = [1, 2], ServiceTime = new Bimodal(TimeSpan.FromMilliseconds(1), TimeSpan.FromTicks(12345), 0.1) },
        Traffic = new TrafficModel { Rate = 50.5, Process = ArrivalProcess.Paced, IdempotentShare = 0.5 },
        Client = new ClientModel
        {
            Seam = CallSeam.Http,
            Calls = new CallOptions { Hedging = new HedgingOptions { Share = 0.1 }, Throttle = new ThrottleOptions() },
            Health = new HealthOptions { FailureShare = null, Outliers = null, Fall = 2 },
        },
        Network = new NetworkModel { Latency = new Empirical([new QuantilePoint(0, TimeSpan.Zero), new QuantilePoint(1, TimeSpan.FromMilliseconds(1))]) },
        Faults =
        [
            .. Enumerable.Range(1, 500).SelectMany(static seed => ScenarioGenerator.Generate((ulong)seed).Faults)
                .DistinctBy(static f => f.Kind).OrderBy(static f => f.Kind, StringComparer.Ordinal)
                .Select(static f => f with { At = TimeSpan.FromSeconds(1), For = f.For is null ? null : TimeSpan.FromMilliseconds(500) })
                .Select(static f => f is PartitionFault ? new PartitionFault { At = f.At, For = f.For, BothWays = false } : f),
        ],
        Expectations = [Expectation.Parse("calls >= 1")],
    };

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
