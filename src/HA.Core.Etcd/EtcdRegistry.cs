using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HA.Core.Etcd.Grpc;
using HA.Core.Registry;

namespace HA.Core.Etcd;

/// <summary>A registry in etcd 3.4 or later, over its own gRPC interface.</summary>
/// <remarks>
/// <para>Each registration has a lease of its own; every write is a transaction that compares first. All leases of a registry
/// object are renewed on one stream, and all its watches share another, on one connection.</para>
/// <para>A watch ends with an exception when its connection is cut, when the member has lost the others or does not answer
/// any more, and with <see cref="EtcdResetException"/> when etcd's history went back; watched again, it begins with the
/// catalog as it then is. Where etcd has compacted what a watch needs, the watch reads the whole again by itself.</para>
/// <para>A call that a member does not answer goes to the next of <see cref="EtcdRegistryOptions.Endpoints"/>, within the
/// same <see cref="EtcdRegistryOptions.RequestTimeout"/>.</para>
/// <para>Throws <see cref="EtcdAuthenticationException"/>, <see cref="EtcdPermissionException"/> and
/// <see cref="EtcdProtocolException"/> where the setup is wrong. Connects at first use. Safe for concurrent use.</para>
/// </remarks>
public sealed class EtcdRegistry : IServiceRegistry
{
    private const int PageSize = 500;
    private const int MaxConflicts = 32;

    private readonly EtcdRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly EtcdClient _client;
    private readonly EtcdLeases _leases;
    private readonly WatchStreams _watches;
    private long _skipped;

    /// <summary>Creates a registry; nothing is connected yet.</summary>
    /// <param name="options">The recommended ones when null: a server on this machine.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    public EtcdRegistry(EtcdRegistryOptions? options = null, ServiceEnvironment? environment = null)
    {
        _options = options ?? new EtcdRegistryOptions();
        _environment = environment ?? ServiceEnvironment.System;
        _client = new EtcdClient(_options, _environment);
        _leases = new EtcdLeases(_client, _environment);
        _watches = new WatchStreams(_client, _options, _environment);
    }

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities { get; } = new(
        "etcd", MinTimeToLive: TimeSpan.FromSeconds(2), RemovalLatency: TimeSpan.FromSeconds(1),
        DepartureMemory: TimeSpan.FromMinutes(1), SurvivesRestart: true);

    /// <summary>How many entries were unusable when they were read, and skipped; each reader counts one each time it changes.</summary>
    public long SkippedEntries => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    /// <remarks>
    /// The time to live is rounded up to whole seconds, and raised by etcd to one and a half election timeouts. An owner that
    /// registers again with a shorter one keeps the longer.
    /// </remarks>
    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        var keys = KeysOf(instance.Service);
        var lifetime = terms.TimeToLiveAt(Capabilities);
        var (lease, seconds) = await _leases.HoldAsync(
            keys, instance.Id, terms.Owner, (long)Math.Ceiling(lifetime.TotalSeconds), cancellationToken).ConfigureAwait(false);

        KeyValue? found = null;
        DateTimeOffset? since = Now();
        for (var tries = 0; tries < MaxConflicts; tries++)
        {
            var written = instance.WithRegisteredAt(since);
            var request = EtcdRequests.Register(
                keys, instance.Id, found?.ModRevision ?? 0, EntryJson.Encode(terms.Owner, written), lease);
            var answer = await _client.CallAsync(EtcdMethods.Txn, request, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                if (found is not null && IsOwnFormerLease(keys, instance.Id, terms.Owner, found.Lease, lease))
                    await _leases.RevokeAsync(found.Lease, cancellationToken).ConfigureAwait(false);
                return new ServiceRegistration(
                    written, terms.Owner, TimeSpan.FromSeconds(seconds), lease.ToString(CultureInfo.InvariantCulture));
            }

            // Between reading and writing others may have come or gone: what is there now decides.
            found = answer.Found();
            var (owner, present) = found is null ? default : EntryJson.Decode(keys.Service, instance.Id, found.Value.Span);
            since = owner == terms.Owner ? present?.RegisteredAt ?? Now() : Now();
            if (owner is null || owner == terms.Owner || terms.TakeOver) continue;
            await _leases.RevokeAsync(lease, cancellationToken).ConfigureAwait(false);
            throw new RegistrationFencedException(
                $"{instance} is registered by another owner. Two processes use the id '{instance.Id}': give each its own.");
        }

        throw new RegistryException($"{instance} was written by others {MaxConflicts} times while it was to be registered.");
    }

    /// <inheritdoc/>
    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var keys = KeysOf(registration.Instance.Service);
        var lease = LeaseOf(keys, registration);
        var prolonging = _leases.KeepAliveAsync(lease, cancellationToken);
        // A living lease does not prove that the entry is there: it may have been deleted, or taken over.
        var looking = _client.CallAsync(
            EtcdMethods.Txn, EtcdRequests.Verify(keys, registration.Instance.Id, lease), cancellationToken);
        await Task.WhenAll(prolonging, looking).ConfigureAwait(false);
        var look = await looking.ConfigureAwait(false);
        if (look.Succeeded) return await prolonging.ConfigureAwait(false) > 0 ? RenewalResult.Renewed : RenewalResult.Lost;
        if (look.Found() is not { } found) return RenewalResult.Lost;
        if (EntryJson.Decode(keys.Service, registration.Instance.Id, found.Value.Span).Owner != registration.Owner)
            return RenewalResult.Fenced;
        // The same owner has registered again, under another lease.
        return await _leases.KeepAliveAsync(found.Lease, cancellationToken).ConfigureAwait(false) > 0
            ? RenewalResult.Renewed
            : RenewalResult.Lost;
    }

    /// <inheritdoc/>
    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var keys = KeysOf(registration.Instance.Service);
        var id = registration.Instance.Id;
        var lease = LeaseOf(keys, registration);
        var held = lease;
        for (var tries = 0; tries < MaxConflicts; tries++)
        {
            var answer = await RemoveAsync(keys, id, held, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded || answer.Found() is not { } found) break;
            if (EntryJson.Decode(keys.Service, id, found.Value.Span).Owner != registration.Owner) break;
            // Ours, though not under the lease that was expected.
            held = found.Lease;
        }

        // Whatever of this owner is still on its way will find the lease gone, and write nothing.
        await _leases.RevokeAsync(lease, cancellationToken).ConfigureAwait(false);
        if (held != lease && held != 0) await _leases.RevokeAsync(held, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var state = await ReadAsync(KeysOf(service), cancellationToken).ConfigureAwait(false);
        var catalog = state.ToCatalog(out var skipped);
        Interlocked.Add(ref _skipped, skipped);
        return catalog;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = KeysOf(service);
        var delivered = long.MinValue;
        var refusals = 0;
        while (true)
        {
            var watch = new ServiceWatch(await ReadAsync(keys, cancellationToken).ConfigureAwait(false), _environment);
            // Followed only when the reader asks for more: until then there is nothing to keep current.
            using var membership = new DeferredMembership(() => _watches.Follow(watch));
            while (true)
            {
                var seen = watch.Changed.Version;
                if (watch.Take(delivered, out var skipped) is { } catalog)
                {
                    Interlocked.Add(ref _skipped, skipped);
                    delivered = catalog.Revision;
                    yield return catalog;
                    continue;
                }

                if (watch.End is { } end)
                {
                    _client.ThrowIfDisposed();
                    // One refused token may have gone stale; reading again renews it. Refused again, it is not the token.
                    if (end.Kind == WatchEndKind.Failed || (end.Kind == WatchEndKind.StaleToken && ++refusals > 1)) throw end.Error;
                    break;
                }

                membership.Begin();
                await watch.Changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
                refusals = watch.End is null ? 0 : refusals;
            }
        }
    }

    /// <summary>Ends all that is under way and closes the connection. Bounded, even if the server hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _watches.DisposeAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<CatalogState> ReadAsync(ServiceKeys keys, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await ReadPagesAsync(keys, cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException e) when (e.Code == GrpcException.OutOfRange && tries < 3)
            {
                // The revision of the first page was compacted before the last: again, as of now.
            }
        }
    }

    private async Task<CatalogState> ReadPagesAsync(ServiceKeys keys, CancellationToken cancellationToken)
    {
        var request = new RangeRequest { Key = keys.First, RangeEnd = keys.End, Limit = PageSize };
        CatalogState? state = null;
        while (true)
        {
            var page = await _client.CallAsync(EtcdMethods.Range, request, cancellationToken).ConfigureAwait(false);
            if (page.Header is not { Revision: > 0 } header) throw new EtcdProtocolException("etcd answered without saying its revision.");
            state ??= new CatalogState(keys, header.Revision, header.ClusterId);
            foreach (var pair in page.Kvs) state.Put(pair);
            if (!page.More || page.Kvs.Count == 0) return state;
            // All pages as of one revision, each from behind the last key of the one before.
            request.Revision = state.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);
        }
    }

    private async Task<TxnResponse> RemoveAsync(ServiceKeys keys, string id, long lease, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var mark = await _leases.MarkAsync(Capabilities.DepartureMemory, cancellationToken).ConfigureAwait(false);
            try
            {
                return await _client.CallAsync(EtcdMethods.Txn, EtcdRequests.Deregister(keys, id, lease, mark), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (GrpcException e) when (e.Code == GrpcException.NotFound && isFirst)
            {
                // Somebody ended the lease of the marks.
                _leases.ForgetMark();
            }
        }
    }

    // A former lease of this owner holds nothing any more. Others' are theirs.
    private static bool IsOwnFormerLease(ServiceKeys keys, string id, string owner, long former, long lease) =>
        former != lease && Enumerable.Range(0, 8).Any(turn => keys.LeaseOf(id, owner, turn) == former);

    private static long LeaseOf(ServiceKeys keys, ServiceRegistration registration) =>
        long.TryParse(registration.Lease, NumberStyles.None, CultureInfo.InvariantCulture, out var lease) && lease > 0
            ? lease
            : keys.LeaseOf(registration.Instance.Id, registration.Owner, 0);

    // Whole milliseconds: every store and every language keeps them.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_environment.Time.GetUtcNow().ToUnixTimeMilliseconds());

    private ServiceKeys KeysOf(string service) => new(_options.KeyPrefix, service);

    private sealed class DeferredMembership(Func<IDisposable> begin) : IDisposable
    {
        private IDisposable? _begun;

        internal void Begin() => _begun ??= begin();

        public void Dispose() => _begun?.Dispose();
    }
}
