using HA.Core.Registry;

namespace HA.Core.Sim.Live;

/// <summary>
/// The registry as one process reaches it. When that process is killed, nothing more comes from it: no renewal, and no
/// goodbye either.
/// </summary>
/// <param name="registry">The connection.</param>
/// <param name="isOwn">Whether nobody else uses it, so that it ends with this.</param>
internal sealed class MortalRegistry(IServiceRegistry registry, bool isOwn) : IServiceRegistry
{
    private volatile bool _isDead;

    public RegistryCapabilities Capabilities => registry.Capabilities;

    public ValueTask<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Alive().RegisterAsync(instance, terms, cancellationToken);

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Alive().RenewAsync(registration, cancellationToken);

    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Alive().DeregisterAsync(registration, cancellationToken);

    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        Alive().DiscoverAsync(service, cancellationToken);

    public IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        Alive().WatchAsync(service, cancellationToken);

    public ValueTask DisposeAsync() => isOwn ? registry.DisposeAsync() : ValueTask.CompletedTask;

    internal void Kill() => _isDead = true;

    private IServiceRegistry Alive() => _isDead ? throw new RegistryException("This process is gone.") : registry;
}
