using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Lets everybody in a process who watches a service share one watch of the registry behind: wrap a registry once, and hand
/// the wrapped one to all clients, pools and watchers.
/// </summary>
/// <remarks>
/// The first who watches a service begins the watch, the last who leaves ends it. Who comes later begins with the last
/// catalog that the watch has heard; who reads slowly misses only states in between. If the watch fails, all fail, and the
/// first to try again begins a new one. Everything else passes through. A client or <c>ServicePools</c> by itself needs none
/// of this: it has one watch for each service. Safe for concurrent use.
/// </remarks>
public sealed class SharedRegistry : ForwardingRegistry
{
    private static readonly TimeSpan DeafAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<SpawnedLoop> _loops = [];
    private readonly SortedDictionary<string, SharedWatch> _watches = new(StringComparer.Ordinal);
    private readonly ServiceEnvironment _environment;
    private bool _disposed;

    /// <summary>Wraps a registry.</summary>
    /// <param name="inner">Disposed with this.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    public SharedRegistry(IServiceRegistry inner, ServiceEnvironment? environment = null)
        : base(inner) => _environment = environment ?? ServiceEnvironment.System;

    /// <summary>How many services are being watched in the registry behind.</summary>
    public int WatchCount
    {
        get
        {
            lock (_gate) return _watches.Count;
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _ = InstanceRules.ServiceName(service);
        cancellationToken.ThrowIfCancellationRequested();
        var watch = Join(service);
        try
        {
            ServiceCatalog? delivered = null;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var seen = watch.Changed.Version;
                var failure = watch.Failure;
                if (watch.Latest is { } latest && !ReferenceEquals(latest, delivered))
                {
                    yield return delivered = latest;
                    continue;
                }

                failure?.Throw();
                await watch.Changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(watch);
        }
    }

    /// <summary>Ends all watches, then disposes the registry behind.</summary>
    public override async ValueTask DisposeAsync()
    {
        SharedWatch[] watches;
        SpawnedLoop[] loops;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            watches = [.. _watches.Values];
            _watches.Clear();
            loops = [.. _loops];
        }

        var ended = new ObjectDisposedException(nameof(SharedRegistry));
        foreach (var watch in watches) watch.End(ended);
        // A watch that is deaf to its token is left behind.
        using (var patience = new Deadline(_environment.Time, DeafAfter, CancellationToken.None))
        {
            var all = Task.WhenAll(loops.Select(static l => l.Completion)).WaitAsync(patience.Token);
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private SharedWatch Join(string service)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_watches.TryGetValue(service, out var watch))
                _watches.Add(service, watch = new SharedWatch(service, new AsyncSignal(_environment)));
            watch.Readers++;
            if (watch.Loop is not null) return watch;
            _loops.RemoveAll(static l => l.HasEnded);
            _loops.Add(watch.Loop = _environment.Spawn($"shared watch {service}", stop => RunAsync(watch, stop)));
            return watch;
        }
    }

    private void Leave(SharedWatch watch)
    {
        lock (_gate)
        {
            if (--watch.Readers > 0) return;
            RemoveLocked(watch);
        }

        watch.Loop!.Stop();
    }

    private async Task RunAsync(SharedWatch watch, CancellationToken stop)
    {
        Exception failure;
        try
        {
            await foreach (var catalog in base.WatchAsync(watch.Service, stop).ConfigureAwait(false)) watch.Tell(catalog);
            failure = new RegistryException($"The watch of '{watch.Service}' ended by itself; a registry must not do that.");
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            failure = e is OperationCanceledException
                ? new RegistryException($"The watch of '{watch.Service}' was cancelled, and not from here.", e)
                : e;
        }

        // Out of the way first: who tries again must not meet it.
        lock (_gate) RemoveLocked(watch);
        watch.End(failure);
    }

    private void RemoveLocked(SharedWatch watch)
    {
        if (_watches.TryGetValue(watch.Service, out var current) && ReferenceEquals(current, watch)) _watches.Remove(watch.Service);
    }

    private sealed class SharedWatch(string service, AsyncSignal changed)
    {
        private volatile ServiceCatalog? _latest;
        private volatile ExceptionDispatchInfo? _failure;

        internal string Service => service;

        internal AsyncSignal Changed => changed;

        internal ServiceCatalog? Latest => _latest;

        /// <summary>Why it ended. Read it before <see cref="Latest"/>: the last catalog is delivered first.</summary>
        internal ExceptionDispatchInfo? Failure => _failure;

        internal int Readers { get; set; }

        internal SpawnedLoop? Loop { get; set; }

        internal void Tell(ServiceCatalog catalog)
        {
            _latest = catalog;
            changed.Set();
        }

        internal void End(Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            changed.Set();
            Loop!.Stop();
        }
    }
}
