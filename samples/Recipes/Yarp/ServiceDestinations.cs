using HA.Core.Hosting;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace HA.Core.Samples.Recipes.Yarp;

/// <summary>
/// Gives YARP the instances of a service as destinations, <c>"Address": "ha://orders"</c>, and tells it when they change: for
/// those who want YARP's own balancing, session affinity and health checks.
/// </summary>
/// <remarks>
/// Add it with <c>services.AddSingleton&lt;IDestinationResolver, ServiceDestinations&gt;()</c>. Other addresses stay as they are.
/// </remarks>
public sealed class ServiceDestinations(ServiceDirectory directory) : IDestinationResolver
{
    private const string Scheme = "ha";

    /// <inheritdoc/>
    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        var resolved = new Dictionary<string, DestinationConfig>(StringComparer.OrdinalIgnoreCase);
        List<IChangeToken> changes = [];
        foreach (var (name, destination) in destinations)
        {
            if (!Uri.TryCreate(destination.Address, UriKind.Absolute, out var address) || address.Scheme != Scheme)
            {
                resolved[name] = destination;
                continue;
            }

            var (endpoints, changed) = await directory.ReadAsync(address.Host, cancellationToken);
            changes.Add(changed);
            foreach (var endpoint in endpoints.Eligible)
            {
                var instance = endpoint.Instance;
                var own = new Uri(instance.BaseUri, address.AbsolutePath);
                resolved[$"{name}/{instance.Id}"] = destination with { Address = own.AbsoluteUri };
            }
        }

        return new ResolvedDestinationCollection(resolved, changes.Count == 0 ? null : new CompositeChangeToken(changes));
    }
}
