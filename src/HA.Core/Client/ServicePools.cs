using HA.Core.Registry;

namespace HA.Core.Client;

/// <summary>The pools of a process over one registry: one pool, and one watch, for each service that is called.</summary>
/// <remarks>
/// A pool is made when it is first asked for and lives as long as this. Several of these over one registry have a watch each;
/// over one <see cref="SharedRegistry"/> they share it. Safe for concurrent use.
/// </remarks>
public sealed class ServicePools : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly IServiceRegistry _registry;
    private readonly PoolOptions _options;
    // Copied on write: calls look up their pool without a lock.
    private volatile Dictionary<string, ServicePool> _pools = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Creates the pools.</summary>
    /// <param name="registry">Where services are found. Not disposed here.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">For every pool; the recommended ones when null.</param>
    public ServicePools(IServiceRegistry registry, ServiceEnvironment? environment = null, PoolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _options = options ?? new PoolOptions();
        Environment = environment ?? ServiceEnvironment.System;
    }

    /// <summary>The world that the pools live in.</summary>
    public ServiceEnvironment Environment { get; }

    /// <summary>The pool of a service.</summary>
    /// <exception cref="ArgumentException">It is not a possible name of a service.</exception>
    public ServicePool For(string service)
    {
        if (_pools.TryGetValue(service, out var pool)) return pool;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_pools.TryGetValue(service, out pool)) return pool;
            pool = ServicePool.Follow(_registry, service, Environment, _options);
            _pools = new Dictionary<string, ServicePool>(_pools, StringComparer.Ordinal) { [service] = pool };
            return pool;
        }
    }

    /// <summary>Closes all pools.</summary>
    public async ValueTask DisposeAsync()
    {
        Dictionary<string, ServicePool> pools;
        lock (_gate)
        {
            _disposed = true;
            pools = _pools;
            _pools = new Dictionary<string, ServicePool>(StringComparer.Ordinal);
        }

        foreach (var pool in pools.Values) await pool.DisposeAsync().ConfigureAwait(false);
    }
}
