using System.Runtime.CompilerServices;
using HA.Core.Registry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Hosting.Registries;

/// <summary>A registry that reads a section of the configuration, and follows it.</summary>
/// <remarks>
/// Nobody can register there. A removal is somebody's word, not an expiry: whoever is gone from the section has departed.
/// </remarks>
internal sealed class StaticRegistry(IConfigurationSection section, ServiceEnvironment environment) : IServiceRegistry
{
    private readonly AsyncSignal _changed = new(environment);
    private IDisposable? _subscription;
    private volatile bool _disposed;

    public RegistryCapabilities Capabilities { get; } = new(
        "static", MinTimeToLive: TimeSpan.FromMilliseconds(1), RemovalLatency: TimeSpan.Zero, DepartureMemory: TimeSpan.Zero,
            SurvivesRestart: true);

    internal static StaticRegistry Of(IServiceProvider services, string section)
    {
        var registry = new StaticRegistry(SectionOf(services, section), services.GetRequiredService<ServiceEnvironment>());
        registry._subscription = ChangeToken.OnChange(registry.Section.GetReloadToken, registry._changed.Set);
        return registry;
    }

    internal static IConfigurationSection SectionOf(IServiceProvider services, string section) =>
        (services.GetService<IConfiguration>() ?? throw new InvalidOperationException(
            $"AddStaticRegistry reads the section '{section}' of the configuration, and these services have no IConfiguration."))
        .GetSection(section);

    private IConfigurationSection Section => section;

    public ValueTask<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms,
        CancellationToken cancellationToken) =>
        throw new RegistryException(
            $"{instance} cannot be registered in the configuration section '{section.Path}': it can only be read. "
            + "Name another registry for it.");

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        new(RenewalResult.Lost);

    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => default;

    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        ServiceInstance.RequireValidService(service);
        cancellationToken.ThrowIfCancellationRequested();
        return new(StaticServices.Catalog(section, service, _changed.Version));
    }

    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceInstance.RequireValidService(service);
        ServiceCatalog? delivered = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            var seen = _changed.Version;
            var catalog = StaticServices.Catalog(section, service, seen);
            if (delivered is null || !catalog.Instances.SequenceEqual(delivered.Instances))
            {
                var now = catalog.Instances.Select(static i => i.Id).ToHashSet(StringComparer.Ordinal);
                var departed = delivered?.Instances.Select(static i => i.Id).Where(id => !now.Contains(id)) ?? [];
                yield return delivered = catalog with { Departed = [.. departed] };
            }

            await _changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _subscription?.Dispose();
        _changed.Set();
        return default;
    }
}
