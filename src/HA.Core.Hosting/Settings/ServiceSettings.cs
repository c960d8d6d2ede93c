using System.Collections.Immutable;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Http;
using HA.Core.Registry;
using static HA.Core.Hosting.Settings.InPlace<HA.Core.Hosting.ServiceOptions>;

namespace HA.Core.Hosting.Settings;

/// <summary>The keys of <see cref="ServiceOptions"/>, in <c>HA:Defaults</c> and <c>HA:Services:&lt;name&gt;</c>.</summary>
internal static class ServiceSettings
{
    private static readonly SettingTable<HedgingOptions> Hedging = new SettingTable<HedgingOptions>(static () => new())
        .Number("Percentile", static o => o.Percentile, static (o, v) => o with { Percentile = v })
        .Number("Share", static o => o.Share, static (o, v) => o with { Share = v })
        .Whole("Reserve", static o => o.Reserve, static (o, v) => o with { Reserve = v })
        .Duration("MinDelay", static o => o.MinDelay, static (o, v) => o with { MinDelay = v });

    private static readonly SettingTable<ThrottleOptions> Throttle = new SettingTable<ThrottleOptions>(static () => new())
        .Number("Multiplier", static o => o.Multiplier, static (o, v) => o with { Multiplier = v })
        .Duration("Window", static o => o.Window, static (o, v) => o with { Window = v })
        .Whole("Allowance", static o => o.Allowance, static (o, v) => o with { Allowance = v })
        .Duration("ProbeInterval", static o => o.ProbeInterval, static (o, v) => o with { ProbeInterval = v });

    private static readonly SettingTable<BulkheadOptions> Bulkhead = new SettingTable<BulkheadOptions>(static () => new())
        .Whole("MaxInFlight", static o => o.MaxInFlight, static (o, v) => o with { MaxInFlight = v })
        .Whole("MaxQueued", static o => o.MaxQueued, static (o, v) => o with { MaxQueued = v });

    private static readonly SettingTable<ConcurrencyOptions> Concurrency = new SettingTable<ConcurrencyOptions>(static () => new())
        .Whole("InitialLimit", static o => o.InitialLimit, static (o, v) => o with { InitialLimit = v })
        .Whole("MinLimit", static o => o.MinLimit, static (o, v) => o with { MinLimit = v })
        .Whole("MaxLimit", static o => o.MaxLimit, static (o, v) => o with { MaxLimit = v })
        .Number("Tolerance", static o => o.Tolerance, static (o, v) => o with { Tolerance = v });

    private static readonly SettingTable<CallOptions> Call = new SettingTable<CallOptions>(static () => new())
        .Duration("Deadline", static o => o.Deadline, static (o, v) => o with { Deadline = v })
        .Duration("AttemptTimeout", static o => o.AttemptTimeout, static (o, v) => o with { AttemptTimeout = v })
        .Whole("MaxAttempts", static o => o.MaxAttempts, static (o, v) => o with { MaxAttempts = v })
        .Number("RetryShare", static o => o.RetryShare, static (o, v) => o with { RetryShare = v })
        .Whole("RetryReserve", static o => o.RetryReserve, static (o, v) => o with { RetryReserve = v })
        .Duration("RetryBackoff", static o => o.RetryBackoff, static (o, v) => o with { RetryBackoff = v })
        .Flag("RetryAfterElsewhere", static o => o.RetryAfterElsewhere, static (o, v) => o with { RetryAfterElsewhere = v })
        .Flag("PropagateDeadline", static o => o.PropagateDeadline, static (o, v) => o with { PropagateDeadline = v })
        .Flag("StopRetryChain", static o => o.StopRetryChain, static (o, v) => o with { StopRetryChain = v })
        .OptionalSection("Hedging", Hedging, static o => o.Hedging, static (o, v) => o with { Hedging = v })
        .OptionalSection("Throttle", Throttle, static o => o.Throttle, static (o, v) => o with { Throttle = v })
        .OptionalSection("Bulkhead", Bulkhead, static o => o.Bulkhead, static (o, v) => o with { Bulkhead = v })
        .OptionalSection("Concurrency", Concurrency, static o => o.Concurrency, static (o, v) => o with { Concurrency = v });

    private static readonly SettingTable<FailoverOptions> Http = new SettingTable<FailoverOptions>(static () => new())
        .Flag("GenerateIdempotencyKeys", static o => o.GenerateIdempotencyKeys, static (o, v) => o with { GenerateIdempotencyKeys = v })
        .Flag("BufferResponses", static o => o.BufferResponses, static (o, v) => o with { BufferResponses = v });

    private static readonly SettingTable<OutlierOptions> Outliers = new SettingTable<OutlierOptions>(static () => new())
        .Whole("MinEndpoints", static o => o.MinEndpoints, static (o, v) => o with { MinEndpoints = v })
        .Whole("MinCalls", static o => o.MinCalls, static (o, v) => o with { MinCalls = v })
        .Duration("Interval", static o => o.Interval, static (o, v) => o with { Interval = v })
        .Number("Deviations", static o => o.Deviations, static (o, v) => o with { Deviations = v })
        .Number("SuccessMargin", static o => o.SuccessMargin, static (o, v) => o with { SuccessMargin = v })
        .OptionalNumber("LatencyFactor", static o => o.LatencyFactor, static (o, v) => o with { LatencyFactor = v })
        .Duration("LatencyMargin", static o => o.LatencyMargin, static (o, v) => o with { LatencyMargin = v });

    private static readonly SettingTable<HealthOptions> Health = new SettingTable<HealthOptions>(static () => new())
        .Whole("FailureThreshold", static o => o.FailureThreshold, static (o, v) => o with { FailureThreshold = v })
        .Whole("LocalFailureThreshold", static o => o.LocalFailureThreshold, static (o, v) => o with { LocalFailureThreshold = v })
        .OptionalNumber("FailureShare", static o => o.FailureShare, static (o, v) => o with { FailureShare = v })
        .OptionalDuration("SlowCallTime", static o => o.SlowCallTime, static (o, v) => o with { SlowCallTime = v })
        .Number("SlowShare", static o => o.SlowShare, static (o, v) => o with { SlowShare = v })
        .Duration("Window", static o => o.Window, static (o, v) => o with { Window = v })
        .Whole("MinWindowCalls", static o => o.MinWindowCalls, static (o, v) => o with { MinWindowCalls = v })
        .OptionalSection("Outliers", Outliers, static o => o.Outliers, static (o, v) => o with { Outliers = v })
        .Duration("EjectionTime", static o => o.EjectionTime, static (o, v) => o with { EjectionTime = v })
        .Duration("MaxEjectionTime", static o => o.MaxEjectionTime, static (o, v) => o with { MaxEjectionTime = v })
        .Number("MaxEjectedShare", static o => o.MaxEjectedShare, static (o, v) => o with { MaxEjectedShare = v })
        .Flag("AllowOneEjection", static o => o.AllowOneEjection, static (o, v) => o with { AllowOneEjection = v })
        .Whole("ProbePermits", static o => o.ProbePermits, static (o, v) => o with { ProbePermits = v })
        .Duration("ProbeTimeout", static o => o.ProbeTimeout, static (o, v) => o with { ProbeTimeout = v })
        .Whole("ProbesToRestore", static o => o.ProbesToRestore, static (o, v) => o with { ProbesToRestore = v })
        .Number("PanicThreshold", static o => o.PanicThreshold, static (o, v) => o with { PanicThreshold = v })
        .Duration("CheckInterval", static o => o.CheckInterval, static (o, v) => o with { CheckInterval = v })
        .Duration("RecheckInterval", static o => o.RecheckInterval, static (o, v) => o with { RecheckInterval = v })
        .Duration("UnhealthyCheckInterval", static o => o.UnhealthyCheckInterval, static (o, v) => o with { UnhealthyCheckInterval = v })
        .Duration("IdleCheckInterval", static o => o.IdleCheckInterval, static (o, v) => o with { IdleCheckInterval = v })
        .Duration("CheckTimeout", static o => o.CheckTimeout, static (o, v) => o with { CheckTimeout = v })
        .Whole("MaxConcurrentChecks", static o => o.MaxConcurrentChecks, static (o, v) => o with { MaxConcurrentChecks = v })
        .Whole("Rise", static o => o.Rise, static (o, v) => o with { Rise = v })
        .Whole("Fall", static o => o.Fall, static (o, v) => o with { Fall = v });

    private static readonly SettingTable<AddressPolicy> Addresses = new SettingTable<AddressPolicy>(static () => new())
        .Texts("Allowed", static o => o.Allowed, static (o, v) => o with { Allowed = v }, "10.0.0.0/8, .internal")
        .Texts("Denied", static o => o.Denied, static (o, v) => o with { Denied = v }, "10.0.0.1")
        .Flag("AllowLoopback", static o => o.AllowLoopback, static (o, v) => o with { AllowLoopback = v })
        .Flag("AllowLinkLocal", static o => o.AllowLinkLocal, static (o, v) => o with { AllowLinkLocal = v })
        .Flag("RequireTls", static o => o.RequireTls, static (o, v) => o with { RequireTls = v });

    private static readonly SettingTable<CatalogLimits> Limits = new SettingTable<CatalogLimits>(static () => new())
        .Whole("MaxInstances", static o => o.MaxInstances, static (o, v) => o with { MaxInstances = v })
        .Whole("MaxEntryLength", static o => o.MaxEntryLength, static (o, v) => o with { MaxEntryLength = v })
        .Whole("MaxTags", static o => o.MaxTags, static (o, v) => o with { MaxTags = v })
        .Whole("MaxMetadata", static o => o.MaxMetadata, static (o, v) => o with { MaxMetadata = v });

    private static readonly SettingTable<CatalogWatcherOptions> Watch = new SettingTable<CatalogWatcherOptions>(static () => new())
        .Duration("FirstBackoff", static o => o.FirstBackoff, static (o, v) => o with { FirstBackoff = v })
        .Duration("MaxBackoff", static o => o.MaxBackoff, static (o, v) => o with { MaxBackoff = v })
        .Number("MaxRemovalShare", static o => o.MaxRemovalShare, static (o, v) => o with { MaxRemovalShare = v })
        .Duration("RemovalHoldTime", static o => o.RemovalHoldTime, static (o, v) => o with { RemovalHoldTime = v })
        .Duration("FirstAnswerTimeout", static o => o.FirstAnswerTimeout, static (o, v) => o with { FirstAnswerTimeout = v })
        .Duration("MaxStoredAge", static o => o.MaxStoredAge, static (o, v) => o with { MaxStoredAge = v })
        .Duration("StoredAfter", static o => o.StoredAfter, static (o, v) => o with { StoredAfter = v })
        .Section("Addresses", Addresses, static o => o.Addresses, static (o, v) => o with { Addresses = v })
        .Section("Limits", Limits, static o => o.Limits, static (o, v) => o with { Limits = v });

    internal static SettingTable<ServiceOptions> Table { get; } = new SettingTable<ServiceOptions>(static () => new())
        .OptionalText("Registry", static o => o.Registry, Set<string?>(static (o, v) => o.Registry = v), "etcd")
        .Text("Balancer", static o => o.Balancer, Set<string>(static (o, v) => o.Balancer = v), "p2c")
        .OptionalText("Detector", static o => o.Detector, Set<string?>(static (o, v) => o.Detector = v), "my-detector")
        .OptionalText("Checker", static o => o.Checker, Set<string?>(static (o, v) => o.Checker = v), "http")
        .OptionalText("CatalogFolder", static o => o.CatalogFolder, Set<string?>(static (o, v) => o.CatalogFolder = v), "/var/cache/shop")
        .Pairs(
            "Weights", Set<ImmutableSortedDictionary<string, string>>(static (o, v) => o.Weights = WeightsOf(v)),
            "{ \"catalog-1\": \"5\" }")
        .Section("Call", Call, static o => o.Call, Set<CallOptions>(static (o, v) => o.Call = v))
        .Section("Http", Http, static o => o.Http, Set<FailoverOptions>(static (o, v) => o.Http = v))
        .Section("Health", Health, static o => o.Health, Set<HealthOptions>(static (o, v) => o.Health = v))
        .Section("Watch", Watch, static o => o.Watch, Set<CatalogWatcherOptions>(static (o, v) => o.Watch = v));

    private static ImmutableSortedDictionary<string, int> WeightsOf(ImmutableSortedDictionary<string, string> texts) =>
        texts.ToImmutableSortedDictionary(
            static t => t.Key,
            static t => SettingText.TryInteger(t.Value, out var weight) ? weight : throw new FormatException(
                $"The weight of '{SettingText.Shown(t.Key)}' is '{SettingText.Shown(t.Value)}'; it must be a whole number"),
            StringComparer.Ordinal);
}
