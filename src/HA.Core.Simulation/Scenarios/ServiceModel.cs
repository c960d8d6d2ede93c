using System.Collections.Immutable;
using HA.Core.Simulation.Distributions;

namespace HA.Core.Simulation.Scenarios;

/// <summary>How an instance shares its workers among its calls.</summary>
public enum Discipline
{
    /// <summary>First come, first served: each worker has one call, the others wait.</summary>
    Fifo,

    /// <summary>All calls at once, the workers shared equally among them, as by an operating system.</summary>
    ProcessorSharing,

    /// <summary>Nobody waits: each call takes its time, however many there are.</summary>
    Delay,

    /// <summary>
    /// First come, first served, and each worker answers one call at each multiple of the service time since calls began to
    /// arrive, as a batch job does. Who comes at that very moment is in time.
    /// </summary>
    Clocked,
}

/// <summary>How instances are named.</summary>
public enum InstanceIds
{
    /// <summary>By their number: <c>orders-1</c>.</summary>
    Counted,

    /// <summary>By chance, as orchestrators do, so that each seed has others: <c>orders-7f3a9c01</c>.</summary>
    Drawn,
}

/// <summary>What the time that a call takes belongs to.</summary>
public enum WorkOf
{
    /// <summary>The instance: its first call takes its first time, whichever call that is.</summary>
    Instances,

    /// <summary>The call: it takes the same time wherever it goes, so that every policy faces the same work.</summary>
    Calls,
}

/// <summary>A service: how many instances, and how each serves.</summary>
public sealed record ServiceModel
{
    /// <summary>Name of the service; instances are called <c>name-1</c>, <c>name-2</c> and so on.</summary>
    public string Name { get; init; } = "orders";

    /// <summary>Instances at the start, 1 to 100 000.</summary>
    public int Instances { get; init; } = 3;

    /// <summary>How they are named.</summary>
    public InstanceIds Ids { get; init; } = InstanceIds.Counted;

    /// <summary>Zones that the instances are spread over in turn; none by default.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Weights that the instances take in turn; 1 by default.</summary>
    public ImmutableArray<int> Weights { get; init; } = [];

    /// <summary>Speeds that the instances take in turn: one of speed 0.5 needs twice as long for a call. 1 by default.</summary>
    public ImmutableArray<double> Speeds { get; init; } = [];

    /// <summary>Calls that an instance serves at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How the workers are shared among the calls.</summary>
    public Discipline Discipline { get; init; } = Discipline.Fifo;

    /// <summary>Calls that may wait at an instance; more are answered with "overloaded" at once.</summary>
    public int Queue { get; init; } = 1000;

    /// <summary>How long one call keeps a worker busy.</summary>
    public Distribution ServiceTime { get; init; } = new Exponential(TimeSpan.FromMilliseconds(10));

    /// <summary>What those times are drawn for. Their distribution is the same; with calls, runs of one seed have more in common.</summary>
    public WorkOf Work { get; init; } = WorkOf.Instances;

    /// <summary>How much longer a call takes for each one that is at the instance when it begins, itself included.</summary>
    public TimeSpan Crowding { get; init; } = TimeSpan.Zero;

    /// <summary>How long a process is slower after its start, less and less; zero if it is not.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.Zero;

    /// <summary>Factor on the time of a call at the very start of <see cref="WarmUp"/>.</summary>
    public double ColdFactor { get; init; } = 5;

    /// <summary>Calls per second that all instances together can serve.</summary>
    public double CapacityPerSecond => Enumerable.Range(0, Instances).Sum(SpeedOf) * Workers / ServiceTime.MeanSeconds;

    /// <summary>Speed of the instance of this number, from 0.</summary>
    internal double SpeedOf(int index) => Speeds.IsEmpty ? 1 : Speeds[index % Speeds.Length];
}
