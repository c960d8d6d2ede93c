using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Health;
using HA.Core.Http;

namespace HA.Core.Hosting.Runtime;

/// <summary>One service as it is called now. Options that change make another one, with the same pool if they can.</summary>
internal sealed class ServiceRuntime(string service, ServiceOptions options, PooledService pooled)
{
    private volatile ServiceOptions _options = options;
    private volatile bool _isRetired;

    internal string Service => service;

    internal ServiceOptions Options => _options;

    internal PooledService Pooled => pooled;

    internal ServicePools Pools => pooled.Pools;

    internal CallOptions Call => _options.Call;

    internal FailoverOptions Http => _options.Http;

    /// <summary>Whether another one has taken its place. Calls under way end with this one.</summary>
    internal bool IsRetired => _isRetired;

    internal void Retire() => _isRetired = true;

    /// <summary>Takes options that mean the same to calls: those who make them need not know.</summary>
    internal void Adopt(ServiceOptions next) => _options = next;
}

/// <summary>The one pool of a service, and what can be exchanged in it.</summary>
internal sealed class PooledService : IAsyncDisposable
{
    private SwitchableLoadBalancer? _balancer;
    private (string? Name, Func<IFailureDetector>? Create) _detector;

    internal PooledService(string service, ServiceOptions options, NamedParts parts, ServiceEnvironment environment,
        string? defaultRegistry)
    {
        var watch = options.CatalogFolder is { } folder ? options.Watch with { Store = new Registry.CatalogFolder(folder) } : options.Watch;
        var pool = new PoolOptions
        {
            LoadBalancer = random => _balancer = new SwitchableLoadBalancer(random, r => parts.Balancer(options.Balancer, r)),
            Health = HealthOf(parts, options),
            Watch = watch,
        };
        Pools = new ServicePools(parts.Registry(options.Registry ?? defaultRegistry), environment, pool);
        Pool = Pools.For(service);
    }

    internal ServicePools Pools { get; }

    internal ServicePool Pool { get; }

    internal void Reconfigure(NamedParts parts, ServiceOptions options) => Pool.Reconfigure(HealthOf(parts, options));

    internal void SwitchBalancer(NamedParts parts, string name) => _balancer!.Switch(r => parts.Balancer(name, r));

    public ValueTask DisposeAsync() => Pools.DisposeAsync();

    private HealthOptions HealthOf(NamedParts parts, ServiceOptions options)
    {
        // The same name is the same detector: those that are there count on.
        if (options.Detector != _detector.Name)
            _detector = (options.Detector, options.Detector is { } detector ? parts.Detector(detector) : null);
        var health = options.Health;
        if (_detector.Create is { } create) health = health with { Detector = create };
        return options.Checker is { } checker ? health with { Checker = parts.Checker(checker) } : health;
    }
}
