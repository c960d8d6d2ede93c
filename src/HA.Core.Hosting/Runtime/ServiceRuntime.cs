using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Http;

namespace HA.Core.Hosting.Runtime;

/// <summary>One service as it is called now. Options that change make another one, with the same pool if they can.</summary>
internal sealed class ServiceRuntime(string service, ServiceOptions options, PooledService pooled)
{
    private volatile bool _isRetired;

    internal string Service => service;

    internal ServiceOptions Options => options;

    internal PooledService Pooled => pooled;

    internal ServicePools Pools => pooled.Pools;

    internal CallOptions Call => options.Call;

    internal FailoverOptions Http => options.Http;

    /// <summary>Whether another one has taken its place. Calls under way end with this one.</summary>
    internal bool IsRetired => _isRetired;

    internal void Retire() => _isRetired = true;
}

/// <summary>The one pool of a service, and the policy that can be exchanged in it.</summary>
internal sealed class PooledService : IAsyncDisposable
{
    private SwitchableLoadBalancer? _balancer;

    internal PooledService(string service, ServiceOptions options, NamedParts parts, ServiceEnvironment environment,
        string? defaultRegistry)
    {
        var health = options.Health;
        if (options.Detector is { } detector) health = health with { Detector = parts.Detector(detector) };
        if (options.Checker is { } checker) health = health with { Checker = parts.Checker(checker) };
        var watch = options.CatalogFolder is { } folder ? options.Watch with { Store = new Registry.CatalogFolder(folder) } : options.Watch;
        var pool = new PoolOptions
        {
            LoadBalancer = random => _balancer = new SwitchableLoadBalancer(random, r => parts.Balancer(options.Balancer, r)),
            Health = health,
            Watch = watch,
        };
        Pools = new ServicePools(parts.Registry(options.Registry ?? defaultRegistry), environment, pool);
        Pool = Pools.For(service);
    }

    internal ServicePools Pools { get; }

    internal ServicePool Pool { get; }

    internal void SwitchBalancer(NamedParts parts, string name) => _balancer!.Switch(r => parts.Balancer(name, r));

    public ValueTask DisposeAsync() => Pools.DisposeAsync();
}
