using System.Collections.Immutable;
using System.Net;
using HA.Core.Client;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using HA.Core.Time;

namespace HA.Core.Hosting;

/// <summary>The services that this program calls: one pool, and one watch, for each, shared by all clients.</summary>
/// <remarks>
/// A singleton. A pool is made when its service is first called or asked for here, and lives as long as the program's
/// services. Safe for concurrent use.
/// </remarks>
public sealed class ServiceDirectory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly NamedParts _parts;
    private readonly ServiceEnvironment _environment;
    private readonly OptionsKeeper _options;
    private readonly List<SpawnedLoop> _loops = [];
    // What people say of instances, by service.
    private readonly Dictionary<string, ImmutableSortedDictionary<string, EndpointOverride>> _said = new(StringComparer.Ordinal);
    // Copied on write: calls look up their service without a lock.
    private volatile Dictionary<string, ServiceRuntime> _runtimes = new(StringComparer.Ordinal);
    private bool _disposed;

    internal ServiceDirectory(NamedParts parts, ServiceEnvironment environment, OptionsKeeper options)
    {
        _parts = parts;
        _environment = environment;
        _options = options;
        options.Applying = Apply;
    }

    /// <summary>Names of the services that were called or asked for, in ordinal order.</summary>
    public IReadOnlyList<string> Services => [.. _runtimes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The pool of a service: its endpoints, their health, and marking them by hand.</summary>
    /// <remarks>Not to be kept: another one may take its place when options change.</remarks>
    /// <exception cref="ArgumentException">It is not a possible name of a service.</exception>
    public ServicePool PoolOf(string service) => Of(service).Pooled.Pool;

    /// <summary>What counts for a service now.</summary>
    public ServiceOptions OptionsOf(string service) => _options.Current.OptionsOf(service);

    /// <summary>The pools as they are now, in ordinal order of their services.</summary>
    internal IEnumerable<ServicePool> Pools =>
        _runtimes.OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => r.Value.Pooled.Pool);

    /// <summary>Why what a host name stands for must not be connected to, by whichever services have an instance of that name.</summary>
    internal string? RefusalOf(string host, IPAddress address)
    {
        string? refusal = null;
        var isKnown = false;
        foreach (var runtime in _runtimes.Values)
        {
            var endpoints = runtime.Pooled.Pool.Snapshot.All;
            if (!endpoints.Any(e => string.Equals(e.Instance.Address, host, StringComparison.OrdinalIgnoreCase))) continue;
            isKnown = true;
            refusal ??= runtime.Options.Watch.Addresses.RefusalOfResolved(address);
        }

        return isKnown ? refusal : _options.Current.Defaults.Watch.Addresses.RefusalOfResolved(address);
    }

    internal ServiceRuntime Of(string service)
    {
        if (_runtimes.TryGetValue(service, out var runtime)) return runtime;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_runtimes.TryGetValue(service, out runtime)) return runtime;
            ServiceInstance.RequireValidService(service);
            var options = _options.Current.OptionsOf(service);
            runtime = new ServiceRuntime(service, options, PoolLocked(service, options));
            PutLocked(runtime);
            return runtime;
        }
    }

    /// <summary>People say other things of instances than the registry does. Holds until it is called again for the service.</summary>
    internal void Override(string service, ImmutableSortedDictionary<string, EndpointOverride> said)
    {
        lock (_gate)
        {
            if (said.IsEmpty) _said.Remove(service);
            else _said[service] = said;
            if (!_disposed && _runtimes.TryGetValue(service, out var runtime)) OverrideLocked(runtime.Pooled, runtime.Options);
        }
    }

    /// <summary>Ends all pools.</summary>
    public async ValueTask DisposeAsync()
    {
        SpawnedLoop[] loops;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            loops = [.. _loops];
        }

        _options.Applying = null;
        foreach (var loop in loops) await loop.DisposeAsync().ConfigureAwait(false);
        foreach (var runtime in _runtimes.Values) await runtime.Pooled.DisposeAsync().ConfigureAwait(false);
    }

    private void Apply(HighAvailabilityOptions options)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _loops.RemoveAll(static l => l.HasEnded);
            foreach (var runtime in _runtimes.Values) ApplyLocked(runtime, options.OptionsOf(runtime.Service));
        }
    }

    private void ApplyLocked(ServiceRuntime runtime, ServiceOptions next)
    {
        var now = runtime.Options;
        // Cold: a service does not move to another registry under running calls.
        next.Registry = now.Registry;
        if (!next.HasPoolOf(now))
        {
            _loops.Add(_environment.Spawn($"new options of {runtime.Service}", stop => ReplaceAsync(runtime.Service, next, stop)));
            return;
        }

        ChangeLocked(runtime.Pooled, now, next);
        if (next.HasCallsOf(now)) runtime.Adopt(next);
        else PutLocked(new ServiceRuntime(runtime.Service, next, runtime.Pooled));
    }

    // What a pool can take while it runs.
    private void ChangeLocked(PooledService pooled, ServiceOptions now, ServiceOptions next)
    {
        if (!next.HasHealthOf(now)) pooled.Reconfigure(_parts, next);
        if (next.Balancer != now.Balancer) pooled.SwitchBalancer(_parts, next.Balancer);
        if (!next.HasWeightsOf(now)) OverrideLocked(pooled, next);
    }

    private void OverrideLocked(PooledService pooled, ServiceOptions options)
    {
        var service = pooled.Pool.Service;
        var overrides = options.Weights.ToImmutableSortedDictionary(
            static w => w.Key, static w => new EndpointOverride { Weight = w.Value }, StringComparer.Ordinal).ToBuilder();
        foreach (var (id, said) in _said.GetValueOrDefault(service) ?? ImmutableSortedDictionary<string, EndpointOverride>.Empty)
        {
            var weight = said.Weight ?? overrides.GetValueOrDefault(id)?.Weight;
            overrides[id] = said with { Weight = weight };
        }

        pooled.Pool.Override(overrides.ToImmutable());
    }

    // The new pool takes over once it knows who is there: no call waits for the registry because options have changed.
    private async Task ReplaceAsync(string service, ServiceOptions next, CancellationToken stop)
    {
        PooledService pooled;
        lock (_gate) pooled = PoolLocked(service, next);
        try
        {
            await pooled.Pool.WaitForCatalogAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await pooled.DisposeAsync().ConfigureAwait(false);
            return;
        }

        PooledService? old = null;
        lock (_gate)
        {
            // Unless options have changed again meanwhile, or all is over.
            var wanted = WithRegistryOf(next, _options.Current.OptionsOf(service));
            if (!_disposed && next.HasPoolOf(wanted) && _runtimes.TryGetValue(service, out var current))
            {
                old = current.Pooled;
                ChangeLocked(pooled, next, wanted);
                // Whatever was said while it was being made.
                OverrideLocked(pooled, wanted);
                PutLocked(new ServiceRuntime(service, wanted, pooled));
            }
        }

        if (old is null)
        {
            await pooled.DisposeAsync().ConfigureAwait(false);
            return;
        }

        try
        {
            // Calls under way still choose from the old one.
            await _environment.Time.DelayAsync(next.Call.Deadline, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Then it ends with all others.
        }

        await old.DisposeAsync().ConfigureAwait(false);
    }

    private static ServiceOptions WithRegistryOf(ServiceOptions of, ServiceOptions options)
    {
        options.Registry = of.Registry;
        return options;
    }

    private PooledService PoolLocked(string service, ServiceOptions options)
    {
        var pooled = new PooledService(service, options, _parts, _environment, _options.DefaultRegistry);
        OverrideLocked(pooled, options);
        return pooled;
    }

    private void PutLocked(ServiceRuntime runtime)
    {
        var before = _runtimes;
        // Before the new one can be seen: whoever has seen it must not be called by the old one any more.
        if (before.TryGetValue(runtime.Service, out var old)) old.Retire();
        _runtimes = new(before, StringComparer.Ordinal) { [runtime.Service] = runtime };
    }
}
