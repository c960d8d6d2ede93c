using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>Every fault that a scenario may name, with its keys.</summary>
internal static class FaultKinds
{
    private static readonly Kind<Target> Targets =
        Kinds.Parsed("a target such as one, half, 40%, zone:a or orders-1", Target.Parse, "one");

    private static readonly Kind<string> Sides = Kinds.Parsed("clients, registry or a target", ParseSide, "clients");

    internal static Kind<Fault> All { get; } = new Variants<Fault>(
        "a fault", "kind",
        OnInstances("crash", "Processes are killed, and start again when it ends.", static () => new CrashFault()),
        OnInstances("hang", "Processes freeze: they accept and never answer.", static () => new HangFault()),
        OnInstances(
            "slow", "Instances take longer for each call.", static () => new SlowFault(),
            Key<SlowFault>.Of("factor", Kinds.Number, static (f, v) => f with { Factor = v }, "Factor on the time that a call takes; 10 by default.")),
        OnInstances(
            "errors", "Instances answer some calls with an error, and health checks well.", static () => new ErrorsFault(),
            Key<ErrorsFault>.Of("share", Kinds.Number, static (f, v) => f with { Share = v }, "Share of the calls, from 0 to 1; 1 by default."),
            Key<ErrorsFault>.Of("fast", Kinds.Flag, static (f, v) => f with { Fast = v }, "Whether they fail at once, without their usual time; false by default.")),
        OnInstances("lying-checks", "Instances answer health checks with an error, and calls as ever.", static () => new LyingChecksFault()),
        Of(
            "flap", "Instances crash and come back, again and again.", static () => new FlapFault(),
            Key<FlapFault>.Of("target", Targets, static (f, v) => f with { Target = v }, "Which instances; one by default."),
            Key<FlapFault>.Of("down", Kinds.Duration, static (f, v) => f with { Down = v }, "How long they are away each time; 2s by default."),
            Key<FlapFault>.Of("up", Kinds.Duration, static (f, v) => f with { Up = v }, "How long they are back each time; 2s by default.")),
        Of(
            "restart-loop", "Instances are told to stop, say goodbye, and are started again, over and over.", static () => new RestartLoopFault(),
            Key<RestartLoopFault>.Of("target", Targets, static (f, v) => f with { Target = v }, "Which instances; one by default."),
            Key<RestartLoopFault>.Of("down", Kinds.Duration, static (f, v) => f with { Down = v }, "How long they are away each time; 1s by default."),
            Key<RestartLoopFault>.Of("up", Kinds.Duration, static (f, v) => f with { Up = v }, "How long they are back each time; 1s by default.")),
        Of(
            "breakdowns", "Instances stand still again and again, each for itself, and keep the calls they have.", static () => new BreakdownsFault(),
            Key<BreakdownsFault>.Of("target", Targets, static (f, v) => f with { Target = v }, "Which instances; all by default."),
            Key<BreakdownsFault>.Of("up", DistributionKind.Instance, static (f, v) => f with { Up = v }, "How long one works between two breakdowns; exponential with a mean of 60s by default."),
            Key<BreakdownsFault>.Of("down", DistributionKind.Instance, static (f, v) => f with { Down = v }, "How long one stands still; exponential with a mean of 5s by default.")),
        Of(
            "noisy-neighbours", "Others take workers away from instances again and again, from each at another time.", static () => new NoisyNeighboursFault(),
            Key<NoisyNeighboursFault>.Of("target", Targets, static (f, v) => f with { Target = v }, "Which instances; all by default."),
            Key<NoisyNeighboursFault>.Of("takes", Kinds.Integer, static (f, v) => f with { Takes = v }, "Workers that are taken from each, fewer than it has; 1 by default."),
            Key<NoisyNeighboursFault>.Of("busy", Kinds.Duration, static (f, v) => f with { Busy = v }, "How long they are taken; 5s by default."),
            Key<NoisyNeighboursFault>.Of("idle", Kinds.Duration, static (f, v) => f with { Idle = v }, "How long they are left alone after that; 5s by default.")),
        Of(
            "rolling-deploy", "Instances are replaced one after the other, each drained first.", static () => new RollingDeployFault(),
            Key<RollingDeployFault>.Of("target", Targets, static (f, v) => f with { Target = v }, "Which instances; all by default."),
            Key<RollingDeployFault>.Of("drain", Kinds.Duration, static (f, v) => f with { Drain = v }, "How long one serves on after it has said that it leaves; 2s by default."),
            Key<RollingDeployFault>.Of("down", Kinds.Duration, static (f, v) => f with { Down = v }, "How long one is away; 3s by default.")),
        Of(
            "scale", "Instances are added, or drained and taken away.", static () => new ScaleFault(),
            Key<ScaleFault>.Of("to", Kinds.Integer, static (f, v) => f with { To = v }, "How many there are afterwards.", isRequired: true),
            Key<ScaleFault>.Of("drain", Kinds.Duration, static (f, v) => f with { Drain = v }, "How long one serves on after it has said that it leaves; 2s by default.")),
        Of(
            "partition", "Messages are lost without a word.", static () => new PartitionFault(),
            Key<PartitionFault>.Of("from", Sides, static (f, v) => f with { From = v }, "Where they come from: clients (the default), registry, or a target."),
            Key<PartitionFault>.Of("to", Sides, static (f, v) => f with { To = v }, "Where they go to, in the same words; one by default."),
            Key<PartitionFault>.Of("bothWays", Kinds.Flag, static (f, v) => f with { BothWays = v }, "Whether the other direction is cut as well; true by default.")),
        Of("registry-outage", "The registry is down.", static () => new RegistryOutageFault()),
        Of("registry-empty", "The registry answers, and says that nobody is there.", static () => new RegistryEmptyFault()),
        Of("registry-freeze", "The registry accepts, and answers nothing; leases run out meanwhile.", static () => new RegistryFreezeFault()),
        Of(
            "registry-slow", "The registry takes longer for everything.", static () => new RegistrySlowFault(),
            Key<RegistrySlowFault>.Of("delay", Kinds.Duration, static (f, v) => f with { Delay = v }, "How much longer; 1s by default.")),
        Of(
            "registry-errors", "The registry refuses some requests.", static () => new RegistryErrorsFault(),
            Key<RegistryErrorsFault>.Of("share", Kinds.Number, static (f, v) => f with { Share = v }, "Share of the requests, from 0 to 1; 1 by default.")),
        Of(
            "lost-answers", "Writes to the registry are done, and their answers lost.", static () => new LostAnswersFault(),
            Key<LostAnswersFault>.Of("share", Kinds.Number, static (f, v) => f with { Share = v }, "Share of the answers, from 0 to 1; 1 by default.")),
        Of("leader-loss", "The registry answers what it knows and refuses every write, renewals too.", static () => new LeaderLossFault()),
        Of(
            "stale-replica", "Whoever reads or watches the registry is answered by a replica that lags behind.", static () => new StaleReplicaFault(),
            Key<StaleReplicaFault>.Of("lag", Kinds.Duration, static (f, v) => f with { Lag = v }, "How far it lags; 5s by default.")),
        Of("watch-stall", "Watches fall silent while everything else works; each is given up after 15s.", static () => new WatchStallFault()),
        Of(
            "watch-break", "Watches end by an exception, again and again.", static () => new WatchBreakFault(),
            Key<WatchBreakFault>.Of("every", Kinds.Duration, static (f, v) => f with { Every = v }, "Time between two breaks; 2s by default.")),
        Of("watch-mute", "Watches break, and those begun meanwhile are accepted and never answered.", static () => new WatchMuteFault()),
        Once("registry-wipe", "The registry loses all it has, and stays up.", static () => new RegistryWipeFault()),
        Once(
            "registry-restore", "The registry is restored from a backup, under smaller revisions.", static () => new RegistryRestoreFault(),
            Key<RegistryRestoreFault>.Of("age", Kinds.Duration, static (f, v) => f with { Age = v }, "How old the backup is; 10s by default.")),
        Once(
            "lease-revoke", "Leases end before their time, though their owners live.", static () => new LeaseRevokeFault(),
            Key<LeaseRevokeFault>.Of("share", Kinds.Number, static (f, v) => f with { Share = v }, "Share of the leases, from 0 to 1; 1 by default.")));

    private static Variant<Fault> OnInstances<T>(string word, string doc, Func<T> create, params Key<T>[] keys) where T : InstanceFault =>
        Of(word, doc, create, [Key<T>.Of("target", Targets, static (f, v) => (T)((InstanceFault)f with { Target = v }), "Which instances; one by default."), .. keys]);

    private static Variant<Fault> Of<T>(string word, string doc, Func<T> create, params Key<T>[] keys) where T : Fault =>
        Once(
            word, doc, create,
            [
                Key<T>.Of("for", Kinds.Duration, static (f, v) => (T)((Fault)f with { For = v }), "How long it lasts; left out: for ever."),
                .. keys,
            ]);

    private static Variant<Fault> Once<T>(string word, string doc, Func<T> create, params Key<T>[] keys) where T : Fault =>
        Variant<Fault>.Of(
            word, doc, create, static f => f,
            [
                Key<T>.Of("at", Kinds.Duration, static (f, v) => (T)((Fault)f with { At = v }), "When it begins, from the start of the run.", isRequired: true),
                .. keys,
            ]);

    private static string ParseSide(string text)
    {
        PartitionFault.CheckSide(text);
        return text;
    }
}
