using System.Threading.Channels;
using HA.Core.Etcd.Grpc;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Etcd;

/// <summary>
/// One stream of etcd with any number of watches on it. It goes on to the readers what comes, notices when nothing can come
/// any more, and ends when it has no watch left.
/// </summary>
internal sealed class WatchStream : IAsyncDisposable
{
    // How often the server may be asked in vain whether it is there.
    private const int Patience = 3;

    private readonly Lock _gate = new();
    private readonly Channel<WatchRequest> _outgoing = Channel.CreateUnbounded<WatchRequest>();
    // The server answers creations in the order in which they were asked, and names the watch only then.
    private readonly Queue<KeyWatch> _asked = new();
    private readonly Dictionary<long, KeyWatch> _running = [];
    private readonly HashSet<KeyWatch> _members = [];
    private readonly EtcdClient _client;
    private readonly EtcdRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly Action<WatchStream> _ended;
    private readonly SpawnedLoop _loop;
    private bool _isClosed;
    private int _unheard;

    /// <summary>Opens a stream for a watch, and others after it.</summary>
    internal WatchStream(
        EtcdClient client, EtcdRegistryOptions options, ServiceEnvironment environment, KeyWatch first, Action<WatchStream> ended)
    {
        _client = client;
        _options = options;
        _environment = environment;
        _ended = ended;
        // Before the loop can end.
        TryAdd(first);
        _loop = environment.Spawn("etcd watches", RunAsync);
    }

    /// <summary>Takes a watch on; false if the stream takes none any more.</summary>
    internal bool TryAdd(KeyWatch watch)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _members.Add(watch);
            _asked.Enqueue(watch);
            _outgoing.Writer.TryWrite(new WatchRequest
            {
                Create = new WatchCreateRequest { Key = watch.FirstKey, RangeEnd = watch.EndKey, StartRevision = watch.StartRevision },
            });
            return true;
        }
    }

    /// <summary>Lets a watch go.</summary>
    internal void Remove(KeyWatch watch)
    {
        lock (_gate)
        {
            if (!_members.Remove(watch)) return;
            foreach (var (id, running) in _running)
            {
                if (!ReferenceEquals(running, watch)) continue;
                _running.Remove(id);
                CancelLocked(id);
                break;
            }

            CloseIfEmptyLocked();
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task RunAsync(CancellationToken stop)
    {
        var end = new WatchEnd(WatchEndKind.Failed, new ObjectDisposedException(nameof(EtcdRegistry)));
        try
        {
            // Token and member as for any call; the stream itself lives longer than one may take.
            var (link, token) = await _client.RunAsync((l, t, _) => Task.FromResult((l, t)), stop).ConfigureAwait(false);
            end = await FollowAsync(link, token, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            end = new WatchEnd(WatchEndKind.Failed, e);
        }
        finally
        {
            Close(end);
            _ended(this);
        }
    }

    private async Task<WatchEnd> FollowAsync(GrpcLink link, string? token, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var stream = link.Open(EtcdMethods.Watch, _outgoing.Reader, token, over.Token);
        await using var _ = stream.ConfigureAwait(false);
        var reading = ReadAsync(stream);
        var silence = AwaitSilenceAsync(over.Token);
        try
        {
            await Task.WhenAny(reading, silence).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (!reading.IsCompleted)
            {
                _client.Leave(link);
                var error = new RegistryException(
                    $"etcd at {link.Address} has not answered a watch for {_options.LivenessInterval * Patience}.");
                return new WatchEnd(WatchEndKind.Failed, error);
            }

            await reading.ConfigureAwait(false);
            return new WatchEnd(WatchEndKind.Failed, new ObjectDisposedException(nameof(EtcdRegistry)));
        }
        catch (GrpcException e)
        {
            if (e.IsUnavailable) _client.Leave(link);
            return e.IsStaleToken ? StaleToken(e) : new WatchEnd(WatchEndKind.Failed, _client.Translate(e, link));
        }
        finally
        {
            over.Cancel();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await silence.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Until there is no watch left.
    private async Task ReadAsync(GrpcDuplex<WatchRequest, WatchResponse> stream)
    {
        while (true)
        {
            var message = await stream.ReadAsync().ConfigureAwait(false);
            Volatile.Write(ref _unheard, 0);
            Take(message);
        }
    }

    // Ends when the server has let several questions pass in silence. Counted in questions, not in time: a process that was
    // stopped itself has not asked.
    private async Task AwaitSilenceAsync(CancellationToken stop)
    {
        while (true)
        {
            await _environment.Time.DelayAsync(_options.LivenessInterval, stop).ConfigureAwait(false);
            var unheard = Interlocked.Increment(ref _unheard);
            if (unheard > Patience) return;
            _outgoing.Writer.TryWrite(new WatchRequest { Progress = new WatchProgressRequest() });
        }
    }

    private void Take(WatchResponse message)
    {
        KeyWatch? watch;
        lock (_gate)
        {
            if (message.Created)
            {
                if (!_asked.TryDequeue(out watch)) return;
                if (!message.Canceled) watch = StartLocked(message, watch);
            }
            else if (!_running.TryGetValue(message.WatchId, out watch))
            {
                // An answer to the question whether it is there, or about a watch that was let go.
                return;
            }

            if (watch is not null && message.Canceled) LeaveLocked(message.WatchId, watch);
        }

        if (watch is null) return;
        if (message.Canceled) watch.Finish(EndOf(message, watch));
        else watch.Apply(message.Events);
    }

    // Null if the watch does not go on.
    private KeyWatch? StartLocked(WatchResponse message, KeyWatch watch)
    {
        if (!_members.Contains(watch))
        {
            CancelLocked(message.WatchId);
            return null;
        }

        if (HistoryProblem(message.Header, watch) is not { } problem)
        {
            _running.Add(message.WatchId, watch);
            return watch;
        }

        CancelLocked(message.WatchId);
        LeaveLocked(message.WatchId, watch);
        watch.Finish(new WatchEnd(WatchEndKind.Failed, problem));
        return null;
    }

    private static EtcdResetException? HistoryProblem(ResponseHeader? header, KeyWatch watch)
    {
        if (header is null) return new EtcdResetException("etcd does not say which cluster it is.");
        if (header.ClusterId != watch.ClusterId)
            return new EtcdResetException($"Another cluster answers: {header.ClusterId:x} instead of {watch.ClusterId:x}.");
        // A server whose revision is lower would keep the watch and say nothing until it has caught up.
        return header.Revision < watch.StartRevision - 1
            ? new EtcdResetException($"etcd is at revision {header.Revision}, but was at {watch.StartRevision - 1} before.")
            : null;
    }

    private WatchEnd EndOf(WatchResponse message, KeyWatch watch)
    {
        var reason = message.CancelReason;
        if (message.CompactRevision > 0)
        {
            var error = new RegistryException($"etcd has compacted what follows revision {watch.StartRevision - 1}.");
            return new WatchEnd(WatchEndKind.Compacted, error);
        }

        // Refusals come as text: the call itself has not failed.
        if (reason.Contains("permission denied", StringComparison.Ordinal))
        {
            var refusal = new EtcdPermissionException($"The user may not watch '{watch.Name}': {reason}");
            return new WatchEnd(WatchEndKind.Failed, refusal);
        }

        if (GrpcException.IsAboutTokens(reason) || reason.Contains("Unauthenticated", StringComparison.Ordinal))
            return StaleToken(new GrpcException(GrpcException.Unauthenticated, reason));
        return new WatchEnd(WatchEndKind.Failed, new RegistryException($"etcd cancelled the watch of '{watch.Name}': {reason}"));
    }

    // Those who watch already may go on; whoever comes later needs a stream with a new token.
    private WatchEnd StaleToken(GrpcException error)
    {
        lock (_gate) _isClosed = true;
        var refusal = new EtcdAuthenticationException($"etcd refuses the token of a watch: {error.Message}", error);
        return new WatchEnd(WatchEndKind.StaleToken, refusal);
    }

    private void LeaveLocked(long id, KeyWatch watch)
    {
        _running.Remove(id);
        _members.Remove(watch);
        CloseIfEmptyLocked();
    }

    private void CancelLocked(long id) => _outgoing.Writer.TryWrite(new WatchRequest { Cancel = new WatchCancelRequest { WatchId = id } });

    private void CloseIfEmptyLocked()
    {
        if (_members.Count > 0) return;
        _isClosed = true;
        _loop.Stop();
    }

    private void Close(WatchEnd end)
    {
        KeyWatch[] left;
        lock (_gate)
        {
            _isClosed = true;
            left = [.. _members];
            _members.Clear();
            _running.Clear();
            _asked.Clear();
        }

        foreach (var watch in left) watch.Finish(end);
    }
}
