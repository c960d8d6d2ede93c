using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests;

public sealed class ScenarioTests
{
    private static readonly Target First = Target.Parse("orders-1");

    public static TheoryData<string> Kinds => new(Faults.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, Fault> Faults { get; } = new Fault[]
    {
        new CrashFault { Target = First }, new HangFault { Target = First }, new SlowFault { Target = First },
        new ErrorsFault { Target = First }, new ErrorsFault { Target = First, Share = 0.5, Fast = true },
        new LyingChecksFault { Target = First }, new PartitionFault { To = "orders-1" },
        new PartitionFault { From = "orders-1", To = "clients", BothWays = false },
        new RegistryOutageFault(), new RegistryEmptyFault(), new FlapFault { Target = First }, new RollingDeployFault(),
        new ScaleFault { To = 5 }, new NoisyNeighboursFault { Takes = 3 }, new BreakdownsFault { Up = new Simulation.Distributions.Constant(Scenes.Seconds(1)) }, new RegistryFreezeFault(), new RegistrySlowFault(), new RegistryErrorsFault { Share = 0.5 },
        new LostAnswersFault(), new LeaderLossFault(), new StaleReplicaFault(), new WatchStallFault(), new WatchBreakFault(),
        new RegistryWipeFault(), new RegistryRestoreFault { Age = Scenes.Seconds(2) }, new LeaseRevokeFault(),
    }.ToDictionary(static f => f.Describe(), static f => f with { At = Scenes.Seconds(5), For = Scenes.Seconds(8) }, StringComparer.Ordinal);

    [Theory, MemberData(nameof(Kinds))]
    public void Fault_OfEachKind_ShowsAndHeals(string kind)
    {
        var control = Scenes.Run(Scenes.Small);
        var report = Scenes.Run(Scenes.With(Faults[kind]));

        Assert.NotEqual(control.TraceHash, report.TraceHash, StringComparer.Ordinal);
        Assert.NotEmpty(report.Timeline.Where(static t => t.Who == "fault"));
        Assert.DoesNotContain(control.Timeline, static t => t.Who == "fault");
        Assert.Empty(Scenes.Violated(report));
    }

    [Theory, InlineData(CallSeam.Transport), InlineData(CallSeam.Http)]
    public void SameSeed_InParallel_GivesTheSameHash(CallSeam seam)
    {
        var scenario = Scenes.With(Faults["crash"]) with { Client = new ClientModel { Seam = seam, Count = 3 } };
        var hashes = new string[6];
        var threads = Enumerable.Range(0, 6).Select(i => new Thread(() => hashes[i] = Scenes.Run(scenario, i < 5 ? 7ul : 8ul).TraceHash)).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.Single(hashes.Take(5).Distinct(StringComparer.Ordinal));
        Assert.NotEqual(hashes[0], hashes[5], StringComparer.Ordinal);
    }

    [Fact]
    public void BothSeams_SameSeed_MakeTheSameDecisions()
    {
        var scenario = Scenes.With(Faults["crash"]);
        var transport = Scenes.Run(scenario, 7);
        var http = Scenes.Run(scenario with { Client = new ClientModel { Seam = CallSeam.Http } }, 7);

        Assert.Equal(transport.PerInstance.Select(static i => i.Attempts), http.PerInstance.Select(static i => i.Attempts));
        Assert.Equal((transport.Calls, transport.Failed, transport.LatencyMs), (http.Calls, http.Failed, http.LatencyMs));
    }

    [Fact]
    public void GoldenScenario_NeverChanges()
    {
        var hash = Scenes.Run(Scenes.With(Faults["crash"]), 2026).TraceHash;
        Assert.True(hash == Scenes.GoldenHash, $"The hash is now {hash}.");
    }
}
