namespace HA.Core.Registry;

/// <summary>Passes everything on to another registry. What derives from it does one thing of its own.</summary>
/// <param name="inner">Where everything goes.</param>
/// <param name="isOwn">Whether nobody else uses it, so that it ends with this.</param>
public abstract class ForwardingRegistry(IServiceRegistry inner, bool isOwn = true) : IServiceRegistry
{
    private readonly IServiceRegistry _inner = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public virtual RegistryCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public virtual ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Next().RegisterAsync(instance, terms, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Next().RenewAsync(registration, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Next().DeregisterAsync(registration, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        Next().DiscoverAsync(service, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        Next().WatchAsync(service, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return isOwn ? _inner.DisposeAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Where a request goes; asked once for each.</summary>
    protected virtual IServiceRegistry Next() => _inner;
}
