using HA.Core.Simulation.Model;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Checks;

/// <summary>The frequent events that a check looks at; only those are shown to it.</summary>
[Flags]
internal enum Interest
{
    None = 0,
    CallStarted = 1,
    AttemptStarted = 2,
    AttemptEnded = 4,
    CallEnded = 8,
    Arrived = 16,
}

/// <summary>Something that must hold in every run, whatever goes wrong in it. One invariant, one file.</summary>
internal abstract class SimulationCheck
{
    private long _violations;
    private string? _first;

    /// <summary>What holds, as a name.</summary>
    internal abstract string Name { get; }

    /// <summary>What holds, as a sentence.</summary>
    internal abstract string Law { get; }

    /// <summary>The frequent events that it overrides; a test holds this to the truth.</summary>
    internal virtual Interest Interest => Interest.None;

    internal static SimulationCheck[] All(World world) =>
    [
        new EveryCallEndsOnce(), new AttemptsStayInBounds(world), new DeadlinesHold(world), new LoadReturnsToZero(world),
        new NoCallToDeparted(world), new LoopsDoNotBreak(), new BeliefBecomesTruth(world), new RegistrationsComeBack(world),
        new CallsGoToTheEligible(world), new SomebodyIsAlwaysTried(world), new EmptinessIsConfirmed(world),
        new EjectionsStayInCap(world), new ProbesStayInPermits(world),
        new RetriesGoElsewhere(world), new RetriesStayInBudget(world), new NothingIsDoneTwice(world),
        new TheDepartedAreLeftAlone(world), new CallsSucceedAgain(world), new InstancesAreUsedAgain(world), new OpinionsSettle(world),
        new GoodbyesAreHeard(world), new OutagesDropNobody(world), new FailuresAreEarned(world), new EjectionsHaveReasons(world),
        new RefusalsEnd(world), new ProbesComeBack(world),
    ];

    internal virtual void CallStarted(VirtualClient client, long call) { }

    internal virtual void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number) { }

    internal virtual void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome) { }

    internal virtual void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks) { }

    /// <summary>This call may not be done twice.</summary>
    internal virtual void OnceOnly(long call) { }

    /// <summary>An attempt of this call reached an instance.</summary>
    internal virtual void Arrived(VirtualInstance instance, long call) { }

    internal virtual void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    { }

    internal virtual void CatalogChanged(VirtualClient client, ServiceCatalog catalog) { }

    /// <summary>A watch has its first answer after the registry was lost; what it says is told next.</summary>
    internal virtual void RegistryAnswersAgain(VirtualClient client) { }

    /// <summary>A process has taken its leave while it could reach the registry all the time.</summary>
    internal virtual void SaidGoodbye(InstanceProcess process) { }

    /// <summary>A client learns that an attempt came to nothing good: refused, broken, timed out, or answered with an error.</summary>
    internal virtual void WentWrong(Place client, VirtualInstance instance) { }

    internal virtual void LoopBroke(SpawnedLoop loop, Exception error) { }

    /// <summary>The registry has been well for <see cref="RegistrationsComeBack.Bound"/>, and nothing else went on meanwhile.</summary>
    internal virtual void RegistryRecovered() { }

    /// <summary>Arrivals are over, faults have ended, every call has had its time.</summary>
    internal virtual void AtEnd() { }

    internal ExpectationResult ToResult() => new(
        Name, Law, _violations == 0 ? "held" : $"violated {_violations} times, first: {_first}", _violations == 0);

    protected void Violate(string what)
    {
        _violations++;
        _first ??= what;
    }
}
