using HA.Core.Health;

namespace HA.Core.Sim.Reading;

/// <summary>The keys that say how health is judged.</summary>
internal static class HealthShape
{
    private static readonly OutlierOptions Outliers = new();

    internal static Shape<OutlierOptions> Peers { get; } = new(
        "outliers", static () => new OutlierOptions(),
        Key<OutlierOptions>.Of("minEndpoints", Kinds.Integer, static (m, v) => m with { MinEndpoints = v }, "Instances with enough calls that it takes to compare them; 3 by default."),
        Key<OutlierOptions>.Of("minCalls", Kinds.Integer, static (m, v) => m with { MinCalls = v }, "Calls that an instance must have had in an interval; 100 by default."),
        Key<OutlierOptions>.Of("interval", Kinds.Duration, static (m, v) => m with { Interval = v }, "Time between two comparisons; 10s by default."),
        Key<OutlierOptions>.Of("deviations", Kinds.Number, static (m, v) => m with { Deviations = v }, "Deviations from the median that are too many; 5 by default."),
        Key<OutlierOptions>.Of("successMargin", Kinds.Number, static (m, v) => m with { SuccessMargin = v }, "Least difference to the median success rate that counts; 0.05 by default."),
        Key<OutlierOptions>.Of("latencyFactor", Kinds.Number, static (m, v) => m with { LatencyFactor = v }, "Factor on the median latency that ejects; latency is not compared by default."),
        Key<OutlierOptions>.Of("latencyMargin", Kinds.Duration, static (m, v) => m with { LatencyMargin = v }, "Least difference to the median latency that counts; 50ms by default."));

    internal static Shape<HealthOptions> Health { get; } = new(
        "health", static () => new HealthOptions(),
        Key<HealthOptions>.Of("failureThreshold", Kinds.Integer, static (m, v) => m with { FailureThreshold = v }, "Failures in a row that eject an instance; 5 by default."),
        Key<HealthOptions>.Of("localFailureThreshold", Kinds.Integer, static (m, v) => m with { LocalFailureThreshold = v }, "Calls in a row that could not be sent which eject an instance; 3 by default."),
        Key<HealthOptions>.Of("failureShare", Kinds.Number, static (m, v) => m with { FailureShare = v == 0 ? null : v }, "Share of the calls of a window that ejects when they fail; 0.5 by default, 0 to ignore it."),
        Key<HealthOptions>.Of("slowCallTime", Kinds.Duration, static (m, v) => m with { SlowCallTime = v }, "A call that takes this long is slow; none is by default."),
        Key<HealthOptions>.Of("slowShare", Kinds.Number, static (m, v) => m with { SlowShare = v }, "Share of the calls of a window that ejects when they are slow; 0.5 by default."),
        Key<HealthOptions>.Of("window", Kinds.Duration, static (m, v) => m with { Window = v }, "How far these shares look back; 10s by default."),
        Key<HealthOptions>.Of("minWindowCalls", Kinds.Integer, static (m, v) => m with { MinWindowCalls = v }, "Calls that a window must hold; 20 by default."),
        Key<HealthOptions>.Of("comparePeers", Kinds.Flag, static (m, v) => m with { Outliers = v ? m.Outliers ?? Outliers : null }, "Whether instances are compared with each other; true by default."),
        Key<HealthOptions>.Of("outliers", Peers, static (m, v) => m with { Outliers = v }, "When an instance is much worse than its peers."),
        Key<HealthOptions>.Of("ejectionTime", Kinds.Duration, static (m, v) => m with { EjectionTime = v }, "How long the first ejection lasts; 5s by default."),
        Key<HealthOptions>.Of("maxEjectionTime", Kinds.Duration, static (m, v) => m with { MaxEjectionTime = v }, "Longest ejection; 60s by default."),
        Key<HealthOptions>.Of("maxEjectedShare", Kinds.Number, static (m, v) => m with { MaxEjectedShare = v }, "Largest share of the instances that calls may have taken out; 1 by default."),
        Key<HealthOptions>.Of("allowOneEjection", Kinds.Flag, static (m, v) => m with { AllowOneEjection = v }, "Whether one may be taken out even if that share allows none; false by default."),
        Key<HealthOptions>.Of("probePermits", Kinds.Integer, static (m, v) => m with { ProbePermits = v }, "Calls that may try an instance at once after its ejection; 1 by default."),
        Key<HealthOptions>.Of("probeTimeout", Kinds.Duration, static (m, v) => m with { ProbeTimeout = v }, "How long such a call keeps its permit; 5s by default."),
        Key<HealthOptions>.Of("probesToRestore", Kinds.Integer, static (m, v) => m with { ProbesToRestore = v }, "Good calls on probation that bring an instance back; 3 by default."),
        Key<HealthOptions>.Of("panicThreshold", Kinds.Number, static (m, v) => m with { PanicThreshold = v }, "Share of fit instances below which others are used as well; 0.3 by default."),
        Key<HealthOptions>.Of("checkInterval", Kinds.Duration, static (m, v) => m with { CheckInterval = v }, "Time between two checks of one instance; 5s by default."),
        Key<HealthOptions>.Of("recheckInterval", Kinds.Duration, static (m, v) => m with { RecheckInterval = v }, "Time until the next check when the last contradicts the verdict; a quarter of checkInterval by default."),
        Key<HealthOptions>.Of("unhealthyCheckInterval", Kinds.Duration, static (m, v) => m with { UnhealthyCheckInterval = v }, "Time between two checks of an unhealthy instance; checkInterval by default."),
        Key<HealthOptions>.Of("idleCheckInterval", Kinds.Duration, static (m, v) => m with { IdleCheckInterval = v }, "Time between two checks of an instance that nobody calls; checkInterval by default."),
        Key<HealthOptions>.Of("checkTimeout", Kinds.Duration, static (m, v) => m with { CheckTimeout = v }, "Longest that one check may take; 1s by default."),
        Key<HealthOptions>.Of("maxConcurrentChecks", Kinds.Integer, static (m, v) => m with { MaxConcurrentChecks = v }, "Checks that may be under way at once; 64 by default."),
        Key<HealthOptions>.Of("rise", Kinds.Integer, static (m, v) => m with { Rise = v }, "Good checks in a row that make an instance healthy; 2 by default."),
        Key<HealthOptions>.Of("fall", Kinds.Integer, static (m, v) => m with { Fall = v }, "Bad checks in a row that make an instance unhealthy; 3 by default."));
}
