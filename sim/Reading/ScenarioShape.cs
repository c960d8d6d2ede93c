using HA.Core.Calls;
using HA.Core.Registry;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>Every key of a scenario file: its name, its kind, where it goes and what it means, in one place.</summary>
internal static class ScenarioShape
{
    internal static Shape<HedgingOptions> Hedging { get; } = new(
        "hedging", static () => new HedgingOptions(),
        Key<HedgingOptions>.Of("percentile", Kinds.Number, static (m, v) => m with { Percentile = v }, "Share of recent calls that were quicker than the wait before the second attempt; 0.95 by default."),
        Key<HedgingOptions>.Of("share", Kinds.Number, static (m, v) => m with { Share = v }, "Second attempts for each call, over time; 0.05 by default."),
        Key<HedgingOptions>.Of("reserve", Kinds.Integer, static (m, v) => m with { Reserve = v }, "Second attempts at once before share binds; 10 by default."),
        Key<HedgingOptions>.Of("minDelay", Kinds.Duration, static (m, v) => m with { MinDelay = v }, "Shortest wait before a second attempt; 1ms by default."));

    internal static Shape<ThrottleOptions> Throttle { get; } = new(
        "throttle", static () => new ThrottleOptions(),
        Key<ThrottleOptions>.Of("multiplier", Kinds.Number, static (m, v) => m with { Multiplier = v }, "Calls that are sent for each one that succeeds; 2 by default."),
        Key<ThrottleOptions>.Of("window", Kinds.Duration, static (m, v) => m with { Window = v }, "How long the past counts; 30s by default."),
        Key<ThrottleOptions>.Of("allowance", Kinds.Integer, static (m, v) => m with { Allowance = v }, "Calls that may fail before any is refused; 10 by default."),
        Key<ThrottleOptions>.Of("probeInterval", Kinds.Duration, static (m, v) => m with { ProbeInterval = v }, "Longest time without sending a call; 500ms by default."));

    internal static Shape<BulkheadOptions> Bulkhead { get; } = new(
        "bulkhead", static () => new BulkheadOptions(),
        Key<BulkheadOptions>.Of("maxInFlight", Kinds.Integer, static (m, v) => m with { MaxInFlight = v }, "Most calls under way at once; 1000 by default."),
        Key<BulkheadOptions>.Of("maxQueued", Kinds.Integer, static (m, v) => m with { MaxQueued = v }, "Most calls that wait for a place; 0 by default."));

    internal static Shape<ConcurrencyOptions> Concurrency { get; } = new(
        "concurrency", static () => new ConcurrencyOptions(),
        Key<ConcurrencyOptions>.Of("initialLimit", Kinds.Integer, static (m, v) => m with { InitialLimit = v }, "Limit of an instance that nothing is known of; 20 by default."),
        Key<ConcurrencyOptions>.Of("minLimit", Kinds.Integer, static (m, v) => m with { MinLimit = v }, "The limit never falls below this; 1 by default."),
        Key<ConcurrencyOptions>.Of("maxLimit", Kinds.Integer, static (m, v) => m with { MaxLimit = v }, "The limit never grows beyond this; 1000 by default."),
        Key<ConcurrencyOptions>.Of("tolerance", Kinds.Number, static (m, v) => m with { Tolerance = v }, "How many times its best latency an instance may take before its limit falls; 2 by default."));

    internal static Shape<CallOptions> Calls { get; } = new(
        "calls", static () => new CallOptions(),
        Key<CallOptions>.Of("deadline", Kinds.Duration, static (m, v) => m with { Deadline = v }, "Longest that a whole call may take; 10s by default."),
        Key<CallOptions>.Of("attemptTimeout", Kinds.Duration, static (m, v) => m with { AttemptTimeout = v }, "Longest that one attempt may take; 2s by default."),
        Key<CallOptions>.Of("maxAttempts", Kinds.Integer, static (m, v) => m with { MaxAttempts = v }, "Most attempts of one call, the first included; 3 by default."),
        Key<CallOptions>.Of("retryShare", Kinds.Number, static (m, v) => m with { RetryShare = v }, "Retries that a client may make for each call, over time; 0.2 by default."),
        Key<CallOptions>.Of("retryReserve", Kinds.Integer, static (m, v) => m with { RetryReserve = v }, "Retries that a client may make at once before retryShare binds; 100 by default."),
        Key<CallOptions>.Of("retryBackoff", Kinds.Duration, static (m, v) => m with { RetryBackoff = v }, "Ceiling of the wait before an instance that already failed the call is tried again; 50ms by default."),
        Key<CallOptions>.Of("retryAfterElsewhere", Kinds.Flag, static (m, v) => m with { RetryAfterElsewhere = v }, "Whether another instance may be tried at once when one asks to be left alone; true by default."),
        Key<CallOptions>.Of("propagateDeadline", Kinds.Flag, static (m, v) => m with { PropagateDeadline = v }, "Whether attempts tell how long their caller waits; false by default."),
        Key<CallOptions>.Of("stopRetryChain", Kinds.Flag, static (m, v) => m with { StopRetryChain = v }, "Whether those who serve are told not to repeat what they call themselves; false by default."),
        Key<CallOptions>.Of("hedging", Hedging, static (m, v) => m with { Hedging = v }, "When a second instance is asked because the first is slow; never by default."),
        Key<CallOptions>.Of("throttle", Throttle, static (m, v) => m with { Throttle = v }, "When calls to a service that takes hardly any are refused; never by default."),
        Key<CallOptions>.Of("bulkhead", Bulkhead, static (m, v) => m with { Bulkhead = v }, "How many calls are under way at once; any number by default."),
        Key<CallOptions>.Of("concurrency", Concurrency, static (m, v) => m with { Concurrency = v }, "Limits the calls at one instance by what it was seen to bear; off by default."));

    internal static Shape<ClientModel> Client { get; } = new(
        "client", static () => new ClientModel(),
        Key<ClientModel>.Of("count", Kinds.Integer, static (m, v) => m with { Count = v }, "Processes that make the calls; 1 by default."),
        Key<ClientModel>.Of("balancer", BalancerKind.Instance, static (m, v) => m with { Balancer = v }, "Balancing policy."),
        Key<ClientModel>.Of("ringPoints", Kinds.Integer, static (m, v) => m with { RingPoints = v }, "Points of an instance on the ring, with balancer ring-hash; 160 by default."),
        Key<ClientModel>.Of("textbook", SystemShape.Textbook, static (m, v) => m with { Textbook = v }, "A policy out of a textbook in place of balancer: the instance with the fewest calls in flight of a few drawn at random."),
        Key<ClientModel>.Of("probing", SystemShape.Probing, static (m, v) => m with { Probing = v }, "Asks instances for their load and chooses by the answers, in place of balancer; {} for the usual values."),
        Key<ClientModel>.Of("seam", Kinds.Choice(("transport", CallSeam.Transport), ("http", CallSeam.Http)), static (m, v) => m with { Seam = v }, "Where the simulated network begins: transport (the default), or http, below HttpClient."),
        Key<ClientModel>.Of("activeChecks", Kinds.Flag, static (m, v) => m with { ActiveChecks = v }, "Whether instances are asked for their health; true by default."),
        Key<ClientModel>.Of("calls", Calls, static (m, v) => m with { Calls = v }, "How calls are made."),
        Key<ClientModel>.Of("health", HealthShape.Health, static (m, v) => m with { Health = v }, "How health is judged."));

    internal static Shape<NetworkModel> Network { get; } = new(
        "network", static () => new NetworkModel(),
        Key<NetworkModel>.Of("latency", DistributionKind.Instance, static (m, v) => m with { Latency = v }, "How long a message takes, one way; 250us by default."));

    internal static Shape<CatalogWatcherOptions> Watch { get; } = new(
        "watch", static () => new CatalogWatcherOptions(),
        Key<CatalogWatcherOptions>.Of("firstBackoff", Kinds.Duration, static (m, v) => m with { FirstBackoff = v }, "Ceiling of the first wait after a failure; 200ms by default."),
        Key<CatalogWatcherOptions>.Of("maxBackoff", Kinds.Duration, static (m, v) => m with { MaxBackoff = v }, "Largest ceiling of a wait; 10s by default."),
        Key<CatalogWatcherOptions>.Of("maxRemovalShare", Kinds.Number, static (m, v) => m with { MaxRemovalShare = v }, "Share of the instances that may vanish at once without suspicion; 0.5 by default."),
        Key<CatalogWatcherOptions>.Of("removalHoldTime", Kinds.Duration, static (m, v) => m with { RemovalHoldTime = v }, "How long suspected removals are held; 30s by default."));

    internal static Shape<RegistryModel> Registry { get; } = new(
        "registry", static () => new RegistryModel(),
        Key<RegistryModel>.Of("timeToLive", Kinds.Duration, static (m, v) => m with { TimeToLive = v }, "How long an entry outlives its last renewal; 15s by default."),
        Key<RegistryModel>.Of("watch", Watch, static (m, v) => m with { Watch = v }, "How clients follow it."));

    internal static Shape<Scenario> Root { get; } = new(
        "the scenario", static () => new Scenario { Name = "" },
        Key<Scenario>.Of("name", Kinds.Text, static (m, v) => m with { Name = v }, "Short name, as typed on a command line.", isRequired: true),
        Key<Scenario>.Of("title", Kinds.Text, static (m, v) => m with { Title = v }, "One sentence: what happens and what is expected."),
        Key<Scenario>.Of("source", Kinds.Text, static (m, v) => m with { Source = v }, "Where the values come from that are expected, if they are known from elsewhere."),
        Key<Scenario>.Of("tags", new ListKind<string>(Kinds.Text, "[crash, failover]"), static (m, v) => m with { Tags = v }, "Free labels."),
        Key<Scenario>.Of("duration", Kinds.Duration, static (m, v) => m with { Duration = v }, "How long calls keep arriving, in virtual time; 60s by default."),
        Key<Scenario>.Of("measureFrom", Kinds.Duration, static (m, v) => m with { MeasureFrom = v }, "Calls that begin before this are not measured; 0 by default."),
        Key<Scenario>.Of("seeds", Kinds.Integer, static (m, v) => m with { Seeds = v }, "How many runs, each with a seed of its own, make one experiment; 1 by default. Only verify-theory looks at it."),
        Key<Scenario>.Of("service", SystemShape.Service, static (m, v) => m with { Service = v }, "The service and its instances."),
        Key<Scenario>.Of("behind", new ListKind<ServiceModel>(SystemShape.Service, "[{ name: stock, instances: 3 }]"), static (m, v) => m with { Behind = v }, "Services that it needs itself: its instances call the first for every call, that one's the next, and so on, through the same client."),
        Key<Scenario>.Of("traffic", SystemShape.Traffic, static (m, v) => m with { Traffic = v }, "The calls that arrive."),
        Key<Scenario>.Of("client", Client, static (m, v) => m with { Client = v }, "The processes that make the calls, running the shipped client."),
        Key<Scenario>.Of("network", Network, static (m, v) => m with { Network = v }, "What is between them."),
        Key<Scenario>.Of("registry", Registry, static (m, v) => m with { Registry = v }, "The registry that both sides use."),
        Key<Scenario>.Of("faults", new ListKind<Simulation.Faults.Fault>(FaultKinds.All, "[{ kind: crash, at: 10s }]"), static (m, v) => m with { Faults = v }, "What goes wrong, and when."),
        Key<Scenario>.Of("expect", new ListKind<Expectation>(ExpectationKind, "[failed <= 0, p99 <= 250ms, mean == 5s +- 2%]"), static (m, v) => m with { Expectations = v }, "What must hold at the end."));

    private static Kind<Expectation> ExpectationKind => Kinds.Parsed("an expectation such as failed <= 0", ParseExpectation, "failed <= 0");

    private static Expectation ParseExpectation(string text)
    {
        try
        {
            return Expectation.Parse(text);
        }
        catch (FormatException e)
        {
            var metric = text[..(text.IndexOfAny(['<', '>', '=']) is >= 0 and var at ? at : text.Length)].Trim();
            var names = Metrics.All.Select(static m => m.Name).ToArray();
            if (names.Contains(metric, StringComparer.Ordinal)) throw;
            throw new FormatException(Suggestion.Nearest(metric, names) is { } near ? $"'{metric}' is no metric; did you mean '{near}'?" : e.Message, e);
        }
    }
}
