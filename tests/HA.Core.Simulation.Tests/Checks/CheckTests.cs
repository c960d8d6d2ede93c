using System.Reflection;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Simulation.Checks;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Checks;

/// <summary>A check that cannot fail checks nothing: each goes red when it is shown what it forbids.</summary>
public sealed class CheckTests
{
    private static readonly CallEnd Good = new(true, 1, null);
    private static readonly CallEnd Refused = new(
        false, 0, "The call was not sent. The service takes hardly any calls, so only some are sent.");

    private static Dictionary<string, Action<SimulationCheck, World>> Forbidden { get; } = new(StringComparer.Ordinal)
    {
        ["everyCallEndsOnce"] = static (check, world) =>
        {
            check.CallStarted(world.Clients[0], 1);
            check.AtEnd();
        },
        ["attemptsStayInBounds"] = static (check, world) => check.AttemptStarted(world.Clients[0], null, 1, number: 7),
        ["deadlinesHold"] = static (check, world) => check.CallEnded(world.Clients[0], 1, Good, TimeSpan.TicksPerDay),
        ["loadReturnsToZero"] = static (check, world) =>
        {
            Assert.True(world.Clients[0].Pool.TryAcquire(default, default, out _));
            check.AtEnd();
        },
        ["noCallToDeparted"] = static (check, world) =>
            check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, 1, 0),
        ["loopsDoNotBreak"] = static (check, world) => check.LoopBroke(
            world.Simulation.Environment.Spawn("broken", static _ => Task.CompletedTask), new ArithmeticException()),
        ["beliefBecomesTruth"] = static (check, world) =>
        {
            foreach (var process in world.Instances) process.Instance.Move(ProcessState.Stopped);
            check.AtEnd();
        },
        ["callsGoToTheEligible"] = static (check, world) =>
        {
            Eject(world, 0);
            check.HealthChanged(world.Clients[0], Description(world, 0), EndpointHealth.Healthy, EndpointHealth.Unhealthy, "");
            check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, 1, 0);
        },
        ["somebodyIsAlwaysTried"] = static (check, world) =>
            check.CallEnded(world.Clients[0], 1, new CallEnd(false, 0, "No instance of 'orders' can be called."), 0),
        ["emptinessIsConfirmed"] = static (check, world) =>
        {
            check.CatalogChanged(world.Clients[0], ServiceCatalog.Create("orders", 1, [Description(world, 0), Description(world, 1)]));
            check.CatalogChanged(world.Clients[0], new ServiceCatalog("orders", 2, []));
        },
        ["ejectionsStayInCap"] = static (check, world) =>
        {
            Eject(world, 0);
            check.HealthChanged(world.Clients[0], Description(world, 0), EndpointHealth.Healthy, EndpointHealth.Unhealthy, "");
        },
        ["probesStayInPermits"] = static (check, world) =>
        {
            check.HealthChanged(world.Clients[0], Description(world, 3), EndpointHealth.Unhealthy, EndpointHealth.Probing, "");
            for (var call = 1; call <= 2; call++) check.AttemptStarted(world.Clients[0], world.Instances[3].Instance, call, 0);
        },
        ["retriesGoElsewhere"] = static (check, world) =>
        {
            for (var number = 0; number < 2; number++) check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, 1, number);
        },
        ["retriesStayInBudget"] = static (check, world) =>
        {
            check.CallStarted(world.Clients[0], 1);
            var most = world.Scenario.Client.Calls.RetryReserve;
            for (var number = 0; number <= most + 1; number++)
                check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, 1, number);
        },
        ["nothingIsDoneTwice"] = static (check, world) =>
        {
            check.OnceOnly(1);
            for (var i = 0; i < 2; i++) check.Arrived(world.Instances[i].Instance, 1);
        },
        ["theDepartedAreLeftAlone"] = static (check, world) =>
        {
            world.Instances[0].Instance.LeftAt = 0;
            check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, 1, 0);
        },
        ["callsSucceedAgain"] = static (check, world) =>
        {
            check.CallEnded(world.Clients[0], 1, new CallEnd(false, 1, "no"), 1);
            check.AtEnd();
        },
        ["instancesAreUsedAgain"] = static (check, world) =>
        {
            for (var call = 0; call < 300; call++)
                check.AttemptStarted(world.Clients[0], world.Instances[call % 3].Instance, call, 0);
            check.AtEnd();
        },
        ["opinionsSettle"] = static (check, world) =>
            check.HealthChanged(world.Clients[0], Description(world, 0), EndpointHealth.Healthy, EndpointHealth.Unhealthy, ""),
        ["goodbyesAreHeard"] = static (check, world) => check.SaidGoodbye(world.Instances[0]),
        ["outagesDropNobody"] = static (check, world) =>
        {
            check.CatalogChanged(world.Clients[0], ServiceCatalog.Create("orders", 1, [Description(world, 0), Description(world, 1)]));
            check.RegistryAnswersAgain(world.Clients[0]);
            check.CatalogChanged(world.Clients[0], ServiceCatalog.Create("orders", 2, [Description(world, 0)]));
        },
        ["failuresAreEarned"] = static (check, world) =>
        {
            check.WentWrong(world.Clients[0].Place, world.Instances[0].Instance);
            for (var i = 0; i < 2; i++) check.AttemptEnded(world.Clients[0], Description(world, 0), Outcome(OutcomeKind.Failure));
        },
        ["ejectionsHaveReasons"] = static (check, world) =>
        {
            for (var i = 0; i < 9; i++) check.AttemptEnded(world.Clients[0], Description(world, 0), Outcome(OutcomeKind.Failure));
            check.AttemptEnded(world.Clients[0], Description(world, 0), Outcome(OutcomeKind.Success));
            check.HealthChanged(world.Clients[0], Description(world, 0), EndpointHealth.Healthy, EndpointHealth.Unhealthy, "calls failed");
        },
        ["refusalsEnd"] = static (check, world) =>
        {
            check.CallEnded(world.Clients[0], 1, Refused, 0);
            check.AtEnd();
        },
        ["probesComeBack"] = static (check, world) =>
        {
            for (var call = 1; call <= (40 * 4) + 2; call++) check.AttemptStarted(world.Clients[0], world.Instances[0].Instance, call, 0);
        },
        ["registrationsComeBack"] = static (check, world) =>
        {
            world.Registry.Wipe();
            check.RegistryRecovered();
        },
    };

    /// <summary>What a check is shown a minute before that.</summary>
    private static Dictionary<string, Action<SimulationCheck, World>> Before { get; } = new(StringComparer.Ordinal)
    {
        ["probesComeBack"] = static (check, world) =>
            check.HealthChanged(world.Clients[0], Description(world, 3), EndpointHealth.Unhealthy, EndpointHealth.Probing, ""),
    };

    public static TheoryData<string> Names => new(Forbidden.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Check_ShownWhatItForbids_GoesRed(string name) => Simulator.Run(1, async sim =>
    {
        var world = await BeginAsync(sim);
        var check = SimulationCheck.All(world).Single(c => c.Name == name);
        if (Before.TryGetValue(name, out var before))
        {
            before(check, world);
            await sim.DelayAsync(TimeSpan.FromMinutes(1));
        }

        Assert.True(check.ToResult().Held);
        Forbidden[name](check, world);
        Assert.False(check.ToResult().Held);
        Assert.StartsWith("violated 1", check.ToResult().Actual, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("success rate 96 %, median of its peers 100 %", false)]
    [InlineData("success rate 94.9 %, median of its peers 100 %", true)]
    [InlineData("success rate 80 %, median of its peers 84.5 %", false)]
    [InlineData("mean latency 99 ms, median of its peers 100 ms", true)]
    public void Outlier_WithinTheMargin_GoesRed(string reason, bool isReason) => Simulator.Run(1, async sim =>
    {
        var world = await BeginAsync(sim);
        var check = new EjectionsHaveReasons(world);
        check.HealthChanged(world.Clients[0], Description(world, 0), EndpointHealth.Healthy, EndpointHealth.Unhealthy, reason);
        Assert.Equal(isReason, check.ToResult().Held);
    });

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public void Refusal_WhileAnAttemptIsSilent_HasAReason(int silentSeconds, bool isReason) => Simulator.Run(1, async sim =>
    {
        var world = await BeginAsync(sim);
        await sim.DelayAsync(TimeSpan.FromMinutes(2));
        var check = new RefusalsEnd(world);
        check.CallEnded(world.Clients[0], 1, Refused, 0);
        await sim.DelayAsync(TimeSpan.FromMinutes(1));
        check.AttemptEnded(
            world.Clients[0], Description(world, 0), new CallOutcome(OutcomeKind.Failure, TimeSpan.FromSeconds(silentSeconds), 0));
        check.AtEnd();
        Assert.Equal(isReason, check.ToResult().Held);
    });

    [Fact]
    public void Call_EndingTwice_GoesRed() => Simulator.Run(1, static async sim =>
    {
        var world = await BeginAsync(sim);
        var check = new EveryCallEndsOnce();
        check.CallStarted(world.Clients[0], 1);
        check.CallEnded(world.Clients[0], 1, Good, 1);
        Assert.True(check.ToResult().Held);
        check.CallEnded(world.Clients[0], 1, Good, 1);
        Assert.False(check.ToResult().Held);
    });

    [Fact]
    public void Registration_ThatOutlivesItsInstance_GoesRed() => Simulator.Run(1, static async sim =>
    {
        var world = await BeginAsync(sim);
        var check = new RegistrationsComeBack(world);
        check.AtEnd();
        Assert.True(check.ToResult().Held);
        world.Instances[0].Instance.Move(ProcessState.Stopped);
        check.AtEnd();
        Assert.False(check.ToResult().Held);
    });

    [Fact]
    public void Checks_All_AreCovered() => Simulator.Run(1, static async sim =>
    {
        var world = await BeginAsync(sim);
        Assert.Equal(
            Forbidden.Keys.Order(StringComparer.Ordinal),
            SimulationCheck.All(world).Select(static c => c.Name).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Checks_All_AreShownWhatTheyOverride() => Simulator.Run(1, static async sim =>
    {
        var world = await BeginAsync(sim);
        Assert.All(SimulationCheck.All(world), static check =>
        {
            foreach (var interest in Enum.GetValues<Interest>().Where(static i => i != Interest.None))
            {
                var method = check.GetType().GetMethod(interest.ToString(), BindingFlags.Instance | BindingFlags.NonPublic)!;
                Assert.Equal(method.DeclaringType != typeof(SimulationCheck), check.Interest.HasFlag(interest));
            }
        });
    });

    private static ServiceInstance Description(World world, int at) => world.Instances[at].Instance.Description;

    private static CallOutcome Outcome(OutcomeKind kind) => new(kind, TimeSpan.FromMilliseconds(1), 0);

    private static void Eject(World world, int at) => Assert.True(world.Clients[0].Pool.MarkUnhealthy(Description(world, at).Id));

    // Four instances, one of them on probation, and a long quiet.
    private static async Task<World> BeginAsync(Simulator simulation)
    {
        var world = new World(simulation, Scenes.Small with
        {
            Service = new ServiceModel { Instances = 4 },
            Traffic = new TrafficModel { IdempotentShare = 0.5 },
            Client = new ClientModel
            {
                ActiveChecks = false,
                Balancer = "random",
                Calls = new CallOptions { Throttle = new ThrottleOptions() },
                Health = new HealthOptions { MaxEjectedShare = 0.25, FailureShare = null, Outliers = new OutlierOptions() },
            },
        });
        foreach (var process in world.Instances) process.Start();
        await simulation.DelayAsync(TimeSpan.FromSeconds(1));
        Eject(world, 3);
        await simulation.DelayAsync(TimeSpan.FromMinutes(5));
        return world;
    }
}
