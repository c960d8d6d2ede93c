using System.Threading.Channels;
using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>Keeps the leases of this process alive, all on one stream.</summary>
internal sealed class LeaseStream(EtcdClient client, ServiceEnvironment environment) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Pump? _pump;

    /// <summary>Prolongs a lease, and answers its time to live in seconds: 0 if there is no such lease.</summary>
    internal Task<long> KeepAliveAsync(long lease, CancellationToken cancellationToken) =>
        client.RunAsync((link, token, stop) => PumpFor(link, token).AskAsync(lease, stop), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Pump? pump;
        lock (_gate)
        {
            (pump, _pump) = (_pump, null);
        }

        if (pump is not null) await pump.DisposeAsync().ConfigureAwait(false);
    }

    // What goes wrong with a connection or a token is the client's to notice; a stream of the former ones ends then.
    private Pump PumpFor(GrpcLink link, string? token)
    {
        Pump? former;
        lock (_gate)
        {
            client.ThrowIfDisposed();
            if (_pump is { IsOver: false } pump && pump.IsOf(link, token)) return pump;
            former = _pump;
            _pump = pump = new Pump(link, token, environment);
            former?.Stop();
            return pump;
        }
    }

    private sealed class Pump : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<long, Queue<TaskCompletionSource<long>>> _waiting = [];
        private readonly Channel<LeaseKeepAliveRequest> _outgoing = Channel.CreateUnbounded<LeaseKeepAliveRequest>();
        private readonly GrpcLink _link;
        private readonly string? _token;
        private readonly SpawnedLoop _loop;
        private GrpcException? _problem;

        internal Pump(GrpcLink link, string? token, ServiceEnvironment environment)
        {
            _link = link;
            _token = token;
            _loop = environment.Spawn("etcd leases", ReadAsync);
        }

        internal bool IsOver
        {
            get
            {
                lock (_gate) return _problem is not null;
            }
        }

        internal bool IsOf(GrpcLink link, string? token) => ReferenceEquals(link, _link) && token == _token;

        internal Task<long> AskAsync(long lease, CancellationToken cancellationToken)
        {
            var waiter = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                if (_problem is not null) return Task.FromException<long>(_problem);
                if (!_waiting.TryGetValue(lease, out var queue)) _waiting.Add(lease, queue = new Queue<TaskCompletionSource<long>>());
                queue.Enqueue(waiter);
                _outgoing.Writer.TryWrite(new LeaseKeepAliveRequest { Id = lease });
            }

            return waiter.Task.WaitAsync(cancellationToken);
        }

        internal void Stop() => _loop.Stop();

        public ValueTask DisposeAsync() => _loop.DisposeAsync();

        private async Task ReadAsync(CancellationToken stop)
        {
            var problem = new GrpcException(GrpcException.Unavailable, "The stream of its leases was closed.");
            try
            {
                var stream = _link.Open(EtcdMethods.KeepAlive, _outgoing.Reader, _token, stop);
                await using var _ = stream.ConfigureAwait(false);
                while (true)
                {
                    var answer = await stream.ReadAsync().ConfigureAwait(false);
                    Answer(answer.Id, answer.Ttl);
                }
            }
            catch (GrpcException e)
            {
                problem = e;
            }
            finally
            {
                Fail(problem);
            }
        }

        // Each question is answered once and in order; who gave up meanwhile is passed over.
        private void Answer(long lease, long ttl)
        {
            TaskCompletionSource<long> waiter;
            lock (_gate)
            {
                if (!_waiting.TryGetValue(lease, out var queue)) return;
                waiter = queue.Dequeue();
                if (queue.Count == 0) _waiting.Remove(lease);
            }

            waiter.TrySetResult(ttl);
        }

        private void Fail(GrpcException problem)
        {
            TaskCompletionSource<long>[] left;
            lock (_gate)
            {
                _problem = problem;
                left = [.. _waiting.Values.SelectMany(static q => q)];
                _waiting.Clear();
            }

            foreach (var waiter in left)
            {
                waiter.TrySetException(problem);
                // Who gave up does not look, and the runtime would report it.
                _ = waiter.Task.Exception;
            }
        }
    }
}
