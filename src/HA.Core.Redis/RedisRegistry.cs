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
/// in between it follows messages, as long as none is missing. After a stall of more than two seconds nothing is removed for five, so
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
            keys.All,
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
            keys.All,
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
            keys.All,
            [.. Common(keys), registration.Instance.Id, registration.Owner, Milliseconds(Capabilities.DepartureMemory), NextSequence()],
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var image = new ServiceImage(service);
        await ReadAsync(KeysOf(service), image, wholeList: true, cancellationToken).ConfigureAwait(false);
        return image.Catalog!;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = KeysOf(service);
        var changed = new AsyncSignal(_environment);
        using var listener = new RedisListener(_link, keys.Channel, changed.Set);
        var image = new ServiceImage(service);
        while (true)
        {
            // Another connection may lead to a server whose revisions are others.
            var isAnother = await listener.ListenAsync(cancellationToken).ConfigureAwait(false);
            var seen = changed.Version;
            if (await ReadAsync(keys, image, isAnother, cancellationToken).ConfigureAwait(false)) yield return image.Catalog!;
            var lookAt = _environment.Time.GetTimestamp() + _environment.Time.ToTimestampTicks(UntilNextLook(image));
            // Messages tell what changed until one is missing, or it is time to look anyway.
            while (listener.IsListening && await IsToldAsync(changed, seen, lookAt, cancellationToken).ConfigureAwait(false))
            {
                seen = changed.Version;
                var follows = Follow(listener, image, out var isNews);
                if (isNews) yield return image.Catalog!;
                if (!follows) break;
            }
        }
    }

    /// <summary>Ends all that is under way and closes the connection, unless it is yours. Bounded, even if the server hangs.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static bool Follow(RedisListener listener, ServiceImage image, out bool isNews)
    {
        isNews = false;
        while (listener.TryTake(out var text))
        {
            if (CatalogMessage.Of(text) is not { } message || !image.Follow(message, out var changes))
            {
                listener.Clear();
                return false;
            }

            isNews |= changes;
        }

        return true;
    }

    private TimeSpan UntilNextLook(ServiceImage image)
    {
        var wait = _options.SweepInterval;
        // One millisecond later than the deadline, since the server counts whole ones.
        return image.Due is { } due && due > image.Clock && due - image.Clock < wait.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(due - image.Clock + 1)
            : wait;
    }

    private Task<bool> IsToldAsync(AsyncSignal changed, long seen, long lookAt, CancellationToken cancellationToken)
    {
        var wait = _environment.Time.GetElapsedTime(_environment.Time.GetTimestamp(), lookAt);
        // Time to look, even if there is news as well.
        return wait <= TimeSpan.Zero ? Task.FromResult(false) : changed.WaitAsync(seen, wait, cancellationToken);
    }

    private async Task<bool> ReadAsync(ServiceKeys keys, ServiceImage image, bool wholeList, CancellationToken cancellationToken)
    {
        var reply = await _link.EvaluateAsync(
            RedisScripts.Read, keys.All, [.. Common(keys), image.Epoch, wholeList ? -1 : image.Revision],
            cancellationToken).ConfigureAwait(false);
        var isNews = image.Take(reply);
        _clock.Hear(image.Clock);
        if (image.Skipped > 0) Interlocked.Add(ref _skipped, image.Skipped);
        return isNews;
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
