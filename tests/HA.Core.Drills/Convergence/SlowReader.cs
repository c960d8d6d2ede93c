using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Drills.Convergence;

/// <summary>A registry whose watches are read by somebody who takes his time with each catalog.</summary>
internal sealed class SlowReader(IServiceRegistry registry, TimeSpan pause) : IServiceRegistry
{
    public RegistryCapabilities Capabilities => registry.Capabilities;

    public ValueTask<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        registry.RegisterAsync(instance, terms, cancellationToken);

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        registry.RenewAsync(registration, cancellationToken);

    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        registry.DeregisterAsync(registration, cancellationToken);

    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        registry.DiscoverAsync(service, cancellationToken);

    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var catalog in registry.WatchAsync(service, cancellationToken))
        {
            await Task.Delay(pause, cancellationToken);
            yield return catalog;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
