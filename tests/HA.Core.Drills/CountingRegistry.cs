using HA.Core.Registry;

namespace HA.Core.Drills;

/// <summary>Counts what a registry is asked, and how much of it on behalf of one request of a program.</summary>
internal sealed class CountingRegistry(IServiceRegistry registry) : IServiceRegistry
{
    // Flows with the request, and with nothing that was started before.
    private static readonly AsyncLocal<bool> InRequest = new();
    private int _asked;
    private int _askedByRequests;

    public RegistryCapabilities Capabilities => registry.Capabilities;

    internal int Asked => Volatile.Read(ref _asked);

    internal int AskedByRequests => Volatile.Read(ref _askedByRequests);

    /// <summary>Runs a request; whatever it asks of the registry is counted as its doing.</summary>
    internal static async Task RequestAsync(Func<Task> request)
    {
        InRequest.Value = true;
        await request();
    }

    public ValueTask<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Counted().RegisterAsync(instance, terms, cancellationToken);

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Counted().RenewAsync(registration, cancellationToken);

    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        Counted().DeregisterAsync(registration, cancellationToken);

    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        Counted().DiscoverAsync(service, cancellationToken);

    public IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        Counted().WatchAsync(service, cancellationToken);

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private IServiceRegistry Counted()
    {
        Interlocked.Increment(ref _asked);
        if (InRequest.Value) Interlocked.Increment(ref _askedByRequests);
        return registry;
    }
}
