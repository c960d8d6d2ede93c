using HA.Core.Etcd.Grpc;
using HA.Core.Registry;

namespace HA.Core.Etcd;

/// <summary>Leases: one for each registration, and one now and then for the marks of departures.</summary>
internal sealed class EtcdLeases(EtcdClient client, ServiceEnvironment environment) : IAsyncDisposable
{
    // Departures of so long share a lease, which lives that much longer.
    private static readonly TimeSpan MarkSharing = TimeSpan.FromSeconds(15);

    private readonly LeaseStream _stream = new(client, environment);
    private readonly RandomStream _random = environment.Random("etcd lease");
    private volatile MarkLease? _mark;

    /// <inheritdoc cref="LeaseStream.KeepAliveAsync"/>
    internal Task<long> KeepAliveAsync(long lease, CancellationToken cancellationToken) => _stream.KeepAliveAsync(lease, cancellationToken);

    /// <summary>Makes the lease under which an owner holds an id, or prolongs it if it is there. Answers it and its seconds.</summary>
    internal async Task<(long Lease, long Seconds)> HoldAsync(
        ServiceKeys keys, string id, string owner, long seconds, CancellationToken cancellationToken)
    {
        var turn = 0;
        for (var tries = 0; tries < 8; tries++)
        {
            var lease = keys.LeaseOf(id, owner, turn);
            if (await GrantAsync(lease, seconds, cancellationToken).ConfigureAwait(false) is { } granted) return (lease, granted);
            var alive = await KeepAliveAsync(lease, cancellationToken).ConfigureAwait(false);
            if (alive >= seconds) return (lease, alive);
            // One that just ended is made again; one that is too short cannot be made longer.
            if (alive > 0) turn++;
        }

        throw new RegistryException($"etcd says of the lease of '{id}' by turns that it exists and that it does not.");
    }

    /// <summary>Ends a lease, and with it whatever is or would be written under it.</summary>
    internal async Task RevokeAsync(long lease, CancellationToken cancellationToken)
    {
        try
        {
            await client.CallAsync(EtcdMethods.Revoke, new LeaseRevokeRequest { Id = lease }, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcException.NotFound)
        {
            // That is what was wanted.
        }
    }

    /// <summary>A lease for marks of departure that lives on for at least <paramref name="memory"/>.</summary>
    internal async Task<long> MarkAsync(TimeSpan memory, CancellationToken cancellationToken)
    {
        if (_mark is { } mark && environment.Time.GetElapsedTime(mark.GrantedAt) < MarkSharing) return mark.Id;
        var since = environment.Time.GetTimestamp();
        var lease = Math.Max(1, (long)(_random.NextUInt64() >> 1));
        var seconds = (long)Math.Ceiling((memory + MarkSharing).TotalSeconds);
        if (await GrantAsync(lease, seconds, cancellationToken).ConfigureAwait(false) is null)
            throw new RegistryException("etcd has a lease of a number that was just drawn by chance.");
        _mark = new MarkLease(lease, since);
        return lease;
    }

    /// <summary>The lease for marks is gone: the next mark gets a new one.</summary>
    internal void ForgetMark() => _mark = null;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    // Null if there is such a lease already.
    private async Task<long?> GrantAsync(long lease, long seconds, CancellationToken cancellationToken)
    {
        try
        {
            var request = new LeaseGrantRequest { Id = lease, Ttl = seconds };
            var answer = await client.CallAsync(EtcdMethods.Grant, request, cancellationToken).ConfigureAwait(false);
            return answer.Ttl;
        }
        catch (GrpcException e) when (e.Code == GrpcException.FailedPrecondition && e.Message.Contains("exists", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private sealed record MarkLease(long Id, long GrantedAt);
}
