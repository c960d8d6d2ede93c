using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Scenarios;

public sealed class ScenarioRulesTests
{
    private static Dictionary<string, Scenario> Wrong { get; } = new(StringComparer.Ordinal)
    {
        ["duration"] = Scenes.Small with { Duration = TimeSpan.Zero },
        ["service.instances"] = Scenes.Small with { Service = new ServiceModel { Instances = 0 } },
        ["service.workers"] = Scenes.Small with { Service = new ServiceModel { Workers = 0 } },
        ["service.queue"] = Scenes.Small with { Service = new ServiceModel { Queue = -1 } },
        ["service"] = Scenes.Small with { Service = new ServiceModel { Name = "Not A Name" } },
        ["service.warmUp"] = Scenes.Small with { Service = new ServiceModel { WarmUp = -Scenes.Seconds(1) } },
        ["service.coldFactor"] = Scenes.Small with { Service = new ServiceModel { ColdFactor = 0.5 } },
        ["client.health"] = Scenes.Small with { Client = new ClientModel { Health = new() { CheckTimeout = Scenes.Seconds(9) } } },
        ["client.count"] = Scenes.Small with { Client = new ClientModel { Count = 0 } },
        ["client.balancer"] = Scenes.Small with { Client = new ClientModel { Balancer = "best" } },
        ["traffic.idempotentShare"] = Scenes.Small with { Traffic = new TrafficModel { IdempotentShare = 1.1 } },
        ["traffic.load"] = Scenes.Small with { Traffic = new TrafficModel { Load = 0 } },
        ["traffic.rate"] = Scenes.Small with { Traffic = new TrafficModel { Rate = 0 } },
        ["traffic"] = Scenes.Small with { Traffic = new TrafficModel { Rate = 1e9 } },
        ["measureFrom"] = Scenes.Small with { MeasureFrom = Scenes.Seconds(20) },
        ["seeds"] = Scenes.Small with { Seeds = 0 },
        ["service.speeds"] = Scenes.Small with { Service = new ServiceModel { Speeds = [1, 0] } },
        ["service.crowding"] = Scenes.Small with { Service = new ServiceModel { Crowding = -Scenes.Seconds(1) } },
        ["service.serviceTime"] = Scenes.Small with { Service = new ServiceModel { Discipline = Discipline.Clocked } },
        ["client.ringPoints"] = Scenes.Small with { Client = new ClientModel { RingPoints = 100 } },
        ["client.textbook.choices"] = Scenes.Small with { Client = new ClientModel { Textbook = new TextbookPolicy { Choices = -1 } } },
        ["client.textbook.refresh"] = Scenes.Small with { Client = new ClientModel { Textbook = new TextbookPolicy { Refresh = -Scenes.Seconds(1) } } },
        ["traffic.batch"] = Scenes.Small with { Traffic = new TrafficModel { Batch = 0 } },
        ["traffic.keys"] = Scenes.Small with { Traffic = new TrafficModel { Keys = -1 } },
        ["traffic.users"] = Scenes.Small with { Traffic = new TrafficModel { Users = 0 } },
        ["traffic.gaps"] = Scenes.Small with { Traffic = new TrafficModel { Process = ArrivalProcess.Recorded } },
        ["traffic.changes"] = Scenes.Small with { Traffic = new TrafficModel { Process = ArrivalProcess.Closed, Changes = [new RateChange { Rate = 1 }] } },
        ["traffic.changes[0].rate"] = Scenes.Small with { Traffic = new TrafficModel { Changes = [new RateChange { Rate = -1 }] } },
        ["traffic.changes[1].at"] = Scenes.Small with { Traffic = new TrafficModel { Changes = [new RateChange { At = Scenes.Seconds(2) }, new RateChange { At = Scenes.Seconds(1) }] } },
        ["faults[1].up"] = Scenes.With(new CrashFault(), new BreakdownsFault { Up = new Constant(TimeSpan.Zero) }),
        ["faults[0].takes"] = Scenes.With(new NoisyNeighboursFault { Takes = 4 }),
        ["faults[1].takes"] = Scenes.With(new CrashFault(), new NoisyNeighboursFault()) with { Service = new ServiceModel { Discipline = Discipline.Delay } },
        ["faults[2].takes"] = Scenes.With(new CrashFault(), new CrashFault(), new NoisyNeighboursFault { Takes = 0 }),
        ["faults[3]"] = Scenes.With(new CrashFault(), new CrashFault(), new CrashFault(), new NoisyNeighboursFault { Idle = TimeSpan.Zero }),
        ["faults[0].at"] = Scenes.With(new CrashFault { At = Scenes.Seconds(21) }),
        ["faults[0].for"] = Scenes.With(new CrashFault { For = TimeSpan.Zero }),
        ["faults[0].factor"] = Scenes.With(new SlowFault { Factor = 0 }),
        ["faults[0].share"] = Scenes.With(new ErrorsFault { Share = 1.5 }),
        ["faults[0].delay"] = Scenes.With(new RegistrySlowFault { Delay = TimeSpan.Zero }),
        ["faults[0].lag"] = Scenes.With(new StaleReplicaFault { Lag = TimeSpan.Zero }),
        ["faults[0].age"] = Scenes.With(new RegistryRestoreFault { Age = TimeSpan.Zero }),
        ["faults[0].every"] = Scenes.With(new WatchBreakFault { Every = TimeSpan.Zero }),
        ["faults[1].share"] = Scenes.With(new LeaseRevokeFault(), new RegistryErrorsFault { Share = 0 }),
        ["faults[2].share"] = Scenes.With(new LeaseRevokeFault(), new RegistryErrorsFault(), new LostAnswersFault { Share = 2 }),
        ["faults[3].share"] = Scenes.With(new RegistryWipeFault(), new RegistryWipeFault(), new RegistryWipeFault(), new LeaseRevokeFault { Share = -1 }),
        ["faults[0].to"] = Scenes.With(new ScaleFault { To = -1 }),
        ["faults[0]"] = Scenes.With(new FlapFault { Down = TimeSpan.Zero }),
        ["faults[0].target"] = Scenes.With(new HangFault { Target = Target.Parse("orders-9") }),
        ["faults[1].target"] = Scenes.With(new CrashFault(), new CrashFault { Target = Target.Parse("zone:b") }),
        ["faults[0].from"] = Scenes.With(new PartitionFault { From = "a b" }),
    };

    public static TheoryData<string> Places => new(Wrong.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Places))]
    public void Scenario_ThatCannotRun_IsRefusedByPlace(string place)
    {
        var error = Assert.Throws<ScenarioException>(() => ScenarioRules.Check(Wrong[place]));
        Assert.Equal(place, error.Place);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Problem);
    }

    [Fact]
    public void Scenario_Small_IsAccepted() => ScenarioRules.Check(Scenes.Small);
}
