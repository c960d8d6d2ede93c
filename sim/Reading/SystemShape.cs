using HA.Core.Balancing;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>The keys that say what serves and what arrives.</summary>
internal static class SystemShape
{
    internal static Shape<ServiceModel> Service { get; } = new(
        "service", static () => new ServiceModel(),
        Key<ServiceModel>.Of("name", Kinds.Text, static (m, v) => m with { Name = v }, "Name of the service; instances are called name-1, name-2 and so on."),
        Key<ServiceModel>.Of("instances", Kinds.Integer, static (m, v) => m with { Instances = v }, "Instances at the start; 3 by default."),
        Key<ServiceModel>.Of("ids", Kinds.Choice(("counted", InstanceIds.Counted), ("drawn", InstanceIds.Drawn)), static (m, v) => m with { Ids = v }, "How instances are named: counted (the default), or drawn by the seed."),
        Key<ServiceModel>.Of("zones", new ListKind<string>(Kinds.Text, "[a, b, c]"), static (m, v) => m with { Zones = v }, "Zones that the instances are spread over in turn."),
        Key<ServiceModel>.Of("weights", new ListKind<int>(Kinds.Integer, "[1, 2]"), static (m, v) => m with { Weights = v }, "Weights that the instances take in turn."),
        Key<ServiceModel>.Of("speeds", new ListKind<double>(Kinds.Number, "[1, 0.5]"), static (m, v) => m with { Speeds = v }, "Speeds that the instances take in turn: one of speed 0.5 needs twice as long for a call."),
        Key<ServiceModel>.Of("workers", Kinds.Integer, static (m, v) => m with { Workers = v }, "Calls that an instance serves at once; 4 by default."),
        Key<ServiceModel>.Of("discipline", Disciplines, static (m, v) => m with { Discipline = v }, "How the workers are shared: fifo (the default), processor-sharing, delay (nobody waits), or clocked (answers at multiples of serviceTime)."),
        Key<ServiceModel>.Of("queue", Kinds.Integer, static (m, v) => m with { Queue = v }, "Calls that may wait at an instance; 1000 by default."),
        Key<ServiceModel>.Of("crowding", Kinds.Duration, static (m, v) => m with { Crowding = v }, "How much longer a call takes for each one at the instance when it begins, itself included; 0 by default."),
        Key<ServiceModel>.Of("warmUp", Kinds.Duration, static (m, v) => m with { WarmUp = v }, "How long a process is slower after its start, less and less; 0 by default."),
        Key<ServiceModel>.Of("coldFactor", Kinds.Number, static (m, v) => m with { ColdFactor = v }, "Factor on the time of a call at the very start of warmUp; 5 by default."),
        Key<ServiceModel>.Of("serviceTime", DistributionKind.Instance, static (m, v) => m with { ServiceTime = v }, "How long one call keeps a worker busy; exponential with a mean of 10ms by default."),
        Key<ServiceModel>.Of("work", Kinds.Choice(("instances", WorkOf.Instances), ("calls", WorkOf.Calls)), static (m, v) => m with { Work = v }, "What service times are drawn for: instances (the default), or calls, so that a call takes the same time wherever it goes. compare sets calls."));

    internal static Shape<TrafficModel> Traffic { get; } = new(
        "traffic", static () => new TrafficModel(),
        Key<TrafficModel>.Of("load", Kinds.Number, static (m, v) => m with { Load = v }, "Share of the capacity at the start that is asked for; 0.5 by default; ignored beside rate."),
        Key<TrafficModel>.Of("rate", Kinds.Number, static (m, v) => m with { Rate = v }, "Calls per second of all clients together."),
        Key<TrafficModel>.Of("process", Processes, static (m, v) => m with { Process = v }, "How calls are spread in time: poisson (the default), paced at equal distances, recorded (see gaps), or closed (see users)."),
        Key<TrafficModel>.Of("changes", new ListKind<RateChange>(Change, "[{ at: 20s, rate: 80 }]"), static (m, v) => m with { Changes = v }, "Ramps and spikes: how the rate changes, in the order of time."),
        Key<TrafficModel>.Of("batch", Kinds.Integer, static (m, v) => m with { Batch = v }, "Calls that arrive together each time; 1 by default. The rate counts calls."),
        Key<TrafficModel>.Of("gaps", new ListKind<TimeSpan>(Kinds.Duration, "[10ms, 3ms]"), static (m, v) => m with { Gaps = v }, "Recorded distances between the calls of one client, over and over."),
        Key<TrafficModel>.Of("users", Kinds.Integer, static (m, v) => m with { Users = v }, "Users of a closed loop: each thinks, calls, and waits for the answer; 10 by default."),
        Key<TrafficModel>.Of("think", DistributionKind.Instance, static (m, v) => m with { Think = v }, "How long a user of a closed loop thinks; exponential with a mean of 1s by default."),
        Key<TrafficModel>.Of("keys", Kinds.Integer, static (m, v) => m with { Keys = v }, "Different things that calls are about, each in turn, for balancers that look at keys; 0 by default."),
        Key<TrafficModel>.Of("idempotentShare", Kinds.Number, static (m, v) => m with { IdempotentShare = v }, "Share of the calls that may safely be sent twice; 1 by default."));

    internal static Shape<TextbookPolicy> Textbook { get; } = new(
        "textbook", static () => new TextbookPolicy(),
        Key<TextbookPolicy>.Of("choices", Kinds.Integer, static (m, v) => m with { Choices = v }, "Instances drawn for each call, each from all; 0 for all instances; 2 by default."),
        Key<TextbookPolicy>.Of("distinct", Kinds.Flag, static (m, v) => m with { Distinct = v }, "Whether none is drawn twice for one call; false by default."),
        Key<TextbookPolicy>.Of("refresh", Kinds.Duration, static (m, v) => m with { Refresh = v }, "How often the counts are read, all at once; 0 by default: those of now."));

    internal static Shape<ProbingOptions> Probing { get; } = new(
        "probing", static () => new ProbingOptions(),
        Key<ProbingOptions>.Of("poolSize", Kinds.Integer, static (m, v) => m with { PoolSize = v }, "Answers that are kept to choose from; 16 by default."),
        Key<ProbingOptions>.Of("probesPerCall", Kinds.Integer, static (m, v) => m with { ProbesPerCall = v }, "Instances that are asked for each call; 3 by default."),
        Key<ProbingOptions>.Of("interval", Kinds.Duration, static (m, v) => m with { Interval = v }, "How often those are asked that are due; 10ms by default."),
        Key<ProbingOptions>.Of("timeout", Kinds.Duration, static (m, v) => m with { Timeout = v }, "Longest that an answer is waited for; 100ms by default."),
        Key<ProbingOptions>.Of("maxAge", Kinds.Duration, static (m, v) => m with { MaxAge = v }, "How old an answer may be that is chosen by; 1s by default."),
        Key<ProbingOptions>.Of("hotQuantile", Kinds.Number, static (m, v) => m with { HotQuantile = v }, "Share of the answers whose instances are not among the busiest; 0.84 by default."));

    private static Shape<RateChange> Change => new(
        "a change", static () => new RateChange(),
        Key<RateChange>.Of("at", Kinds.Duration, static (m, v) => m with { At = v }, "When it begins, from the start of the run.", isRequired: true),
        Key<RateChange>.Of("rate", Kinds.Number, static (m, v) => m with { Rate = v }, "Calls per second of all clients together afterwards; 0 for silence.", isRequired: true),
        Key<RateChange>.Of("over", Kinds.Duration, static (m, v) => m with { Over = v }, "How long the change takes, in a straight line; 0 by default: at once."));

    private static Kind<Discipline> Disciplines => Kinds.Choice(
        ("fifo", Discipline.Fifo), ("processor-sharing", Discipline.ProcessorSharing), ("delay", Discipline.Delay), ("clocked", Discipline.Clocked));

    private static Kind<ArrivalProcess> Processes => Kinds.Choice(
        ("poisson", ArrivalProcess.Poisson), ("paced", ArrivalProcess.Paced), ("recorded", ArrivalProcess.Recorded), ("closed", ArrivalProcess.Closed));
}
