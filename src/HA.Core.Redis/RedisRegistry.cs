using System.Globalization;
using System.Runtime.CompilerServices;
using HA.Core.Registry;
using HA.Core.Time;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>A registry in Redis 5 or later: one server, a cluster, or what a connection of yours leads to.</summary>
/// <remarks>
/// <para>Leases are deadlines by the server's clock; every write is one atomic script that compares the owner. Whoever
/// reads removes what has ended, and each watch looks at least every <see cref="RedisRegistryOptions.SweepInterval"/>;
/// notifications only make it look sooner. After a stall of more than two seconds nothing is removed for five, so
/// that the living can renew.</para>
/// <para>A watch whose server lost its data or went back to older ones ends with <see cref="RedisResetException"/>; watched
/// again, it begins with the catalog as it then is. Redis may lose the last writes when it fails over, whatever it
/// confirmed: <see cref="RegistrationKeeper"/> brings them back.</para>
/// <para>At connect it refuses a server that evicts any key when full (<see cref="EvictingRedisException"/>). Where the server
/// forbids that question, nobody asks: set <c>maxmemory-policy noeviction</c> or <c>volatile-*</c>.</para>
/// <para>Connects at first use. Safe for concurrent use.</para>
/// </remarks>
public sealed class RedisRegistry : IServiceRegistry
{
    private readonly RedisRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly RedisLink _link;
    private readonly ServerClock _clock;
    private long _sequence;
    private long _skipped;

    /// <summary>Creates a registry; nothing is connected yet.</summary>
    /// <param name="options">The recommended ones when null: a server on this machine.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    public RedisRegistry(RedisRegistryOptions? options = null, ServiceEnvironment? environment = null)
    {
        _options = options ?? new RedisRegistryOptions();
        _environment = environment ?? ServiceEnvironment.System;
        _link = new RedisLink(_options, _environment.Time);
        _clock = new ServerClock(_environment.Time);
        Capabilities = new RegistryCapabilities(
            "Redis", MinTimeToLive: TimeSpan.FromSeconds(1), RemovalLatency: _options.SweepInterval + TimeSpan.FromMilliseconds(250),
            DepartureMemory: TimeSpan.FromMinutes(1), SurvivesRestart: false);
    }

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities { get; }

    /// <summary>How many entries were unusable when they were read, and skipped; one that stays counts at each read.</summary>
    public long SkippedEntries => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        var lifetime = terms.TimeToLiveAt(Capabilities);
        var keys = KeysOf(instance.Service);
        var reply = await _link.EvaluateAsync(
            RedisScripts.Register,
            keys,
            [
                .. Common(keys), instance.Id, terms.Owner, InstanceJson.Encode(instance.WithRegisteredAt(null)), Milliseconds(lifetime),
                terms.TakeOver ? 1 : 0, NextSequence(),
            ],
            cancellationToken).ConfigureAwait(false);

        var parts = (RedisResult[])reply!;
        switch ((int)parts[0])
        {
            case 1:
                var since = DateTimeOffset.FromUnixTimeMilliseconds(Number(parts[1]));
                _clock.Hear(Number(parts[2]));
                return new ServiceRegistration(instance.WithRegisteredAt(since), terms.Owner, lifetime, (string)parts[3]!);
            case -1:
                throw new RegistrationFencedException(
                    $"{instance} is registered by another owner. Two processes use the id '{instance.Id}': give each its own.");
            default:
                throw new RegistryException($"{instance} was written by a later request of the same owner.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var keys = KeysOf(registration.Instance.Service);
        var reply = await _link.EvaluateAsync(
            RedisScripts.Renew,
            keys,
            [.. Common(keys), registration.Instance.Id, registration.Owner, Milliseconds(registration.TimeToLive)],
            cancellationToken).ConfigureAwait(false);
        return (int)reply switch
        {
            1 => RenewalResult.Renewed,
            0 => RenewalResult.Lost,
            _ => RenewalResult.Fenced,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var keys = KeysOf(registration.Instance.Service);
        await _link.EvaluateAsync(
            RedisScripts.Deregister,
            keys,
            [.. Common(keys), registration.Instance.Id, registration.Owner, Milliseconds(Capabilities.DepartureMemory), NextSequence()],
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(service, KeysOf(service), null, cancellationToken).ConfigureAwait(false);
        return reading.Catalog!;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = KeysOf(service);
        var changed = new AsyncSignal(_environment);
        using var listener = new RedisListener(_link, keys.Channel, changed.Set);
        CatalogReading? known = null;
        while (true)
        {
            await listener.ListenAsync(cancellationToken).ConfigureAwait(false);
            var seen = changed.Version;
            var reading = await ReadAsync(service, keys, known, cancellationToken).ConfigureAwait(false);
            if (known is not null) RequireContinuation(service, known, reading);
            var isNewer = known is null || reading.Revision > known.Revision;
            known = reading;
            if (isNewer && reading.Catalog is { } catalog)
            {
                yield return catalog;
                continue;
            }

            await WaitAsync(changed, seen, reading, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends all that is under way and closes the connection, unless it is yours. Bounded, even if the server hangs.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static void RequireContinuation(string service, CatalogReading known, CatalogReading reading)
    {
        if (known.Epoch.Length > 0 && reading.Epoch != known.Epoch)
            throw new RedisResetException($"Redis lost what it knew of '{service}'.");
        if (reading.Revision < known.Revision)
            throw new RedisResetException($"Redis went back from revision {known.Revision} of '{service}' to {reading.Revision}.");
    }

    // Until somebody tells of a change, the next entry ends, or it is time to look anyway.
    private async Task WaitAsync(AsyncSignal changed, long seen, CatalogReading reading, CancellationToken cancellationToken)
    {
        var wait = _options.SweepInterval;
        // One millisecond later than the deadline, since the server counts whole ones.
        if (reading.Due is { } due && due > reading.Clock && due - reading.Clock < wait.TotalMilliseconds)
            wait = TimeSpan.FromMilliseconds(due - reading.Clock + 1);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = _environment.Time.DelayAsync(wait, either.Token).AsTask();
        var told = changed.WaitAsync(seen, either.Token);
        await Task.WhenAny(delay, told).ConfigureAwait(false);
        either.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<CatalogReading> ReadAsync(
        string service, ServiceKeys keys, CatalogReading? known, CancellationToken cancellationToken)
    {
        var reply = await _link.EvaluateAsync(
            RedisScripts.Read, keys, [.. Common(keys), known?.Epoch ?? "", known?.Revision ?? -1], cancellationToken).ConfigureAwait(false);
        var reading = CatalogReading.Of(service, reply);
        _clock.Hear(reading.Clock);
        if (reading.Skipped > 0) Interlocked.Add(ref _skipped, reading.Skipped);
        return reading;
    }

    private ServiceKeys KeysOf(string service) => new(_options.KeyPrefix, service);

    // The epoch is used only if the service has none.
    private RedisValue[] Common(ServiceKeys keys) => [keys.Channel, _environment.NewId(), _clock.Expected];

    // A request that was given up may still reach the server after later ones; the order tells. It follows the monotonic
    // clock, so that two registries of one process agree.
    private long NextSequence()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _sequence);
            var next = Math.Max(last + 1, _environment.Time.GetElapsedTime(0, _environment.Time.GetTimestamp()).Ticks);
            if (Interlocked.CompareExchange(ref _sequence, next, last) == last) return next;
        }
    }

    private static long Milliseconds(TimeSpan span) => (long)Math.Ceiling(span.TotalMilliseconds);

    private static long Number(RedisResult value) => long.Parse((string)value!, NumberStyles.None, CultureInfo.InvariantCulture);
}
