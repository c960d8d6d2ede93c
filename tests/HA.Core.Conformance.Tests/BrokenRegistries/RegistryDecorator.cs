using HA.Core.Registry;

namespace HA.Core.Conformance.Tests.BrokenRegistries;

/// <summary>Passes everything on. What derives from it does one thing wrong.</summary>
internal abstract class RegistryDecorator(InMemoryRegistry inner) : IServiceRegistry
{
    protected InMemoryRegistry Inner => inner;

    public virtual RegistryCapabilities Capabilities => inner.Capabilities;

    public virtual ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        inner.RegisterAsync(instance, terms, cancellationToken);

    public virtual ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        inner.RenewAsync(registration, cancellationToken);

    public virtual ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        inner.DeregisterAsync(registration, cancellationToken);

    public virtual ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        inner.DiscoverAsync(service, cancellationToken);

    public virtual IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        inner.WatchAsync(service, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
