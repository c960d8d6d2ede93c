namespace HA.Core.Endpoints;

/// <summary>
/// One instance as this process has observed it: the facts that policies read. Its identity, statistics and health
/// outlive snapshots and changes of weight or metadata.
/// </summary>
/// <remarks>
/// Reading is safe for concurrent use and takes no lock. Counters are shared by all snapshots on purpose: an old
/// snapshot still sees today's load. Facts are written only by the pool and the health tracker.
/// </remarks>
public sealed class Endpoint
{
    private volatile ServiceInstance _instance;
    private PaddedCounter _inFlight;
    private int _health;
    private long _readySince;

    /// <summary>Creates an endpoint that nothing is known of yet.</summary>
    public Endpoint(ServiceInstance instance) => _instance = instance;

    /// <summary>The registry's latest word on this instance.</summary>
    public ServiceInstance Instance
    {
        get => _instance;
        internal set => _instance = value;
    }

    /// <summary>How fit it is, all signals combined.</summary>
    public EndpointHealth Health
    {
        get => (EndpointHealth)Volatile.Read(ref _health);
        internal set => Volatile.Write(ref _health, (int)value);
    }

    /// <summary>Calls (and probes of half-open state) under way, including responses whose body is still being read.</summary>
    public int InFlight => Volatile.Read(ref _inFlight.Value);

    /// <summary>
    /// When it last became fit for traffic, as a timestamp of the pool's clock: when it was first seen, or proved itself after
    /// having been out. What warms endpoints up counts from here.
    /// </summary>
    public long ReadySince
    {
        get => Volatile.Read(ref _readySince);
        internal set => Volatile.Write(ref _readySince, value);
    }

    /// <summary>What admits calls and learns from them; set once by the health tracker.</summary>
    internal EndpointMonitor Monitor { get; set; } = EndpointMonitor.Indifferent;

    /// <inheritdoc/>
    public override string ToString() => $"{Instance} {Health}, {InFlight} in flight";

    internal void Enter() => Interlocked.Increment(ref _inFlight.Value);

    internal void Leave() => Interlocked.Decrement(ref _inFlight.Value);
}
