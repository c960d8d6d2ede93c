using System.Diagnostics.CodeAnalysis;
using HA.Core.Hosting;
using Microsoft.Extensions.ServiceDiscovery;

namespace HA.Core.Samples.Recipes.ServiceDiscovery;

/// <summary>
/// Feeds Microsoft's service discovery from the registry of HA.Core: clients with <c>AddServiceDiscovery()</c> keep their handler and
/// its round robin, and get instances that are pushed, guarded and fit.
/// </summary>
/// <remarks>
/// Add it before <c>AddServiceDiscovery()</c>, so that it is asked before the configuration is:
/// <c>services.AddSingleton&lt;IServiceEndpointProviderFactory, RegistryEndpoints&gt;()</c>.
/// </remarks>
public sealed class RegistryEndpoints(ServiceDirectory directory) : IServiceEndpointProviderFactory
{
    /// <inheritdoc/>
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(query);
        // A registry knows instances, not the endpoints with names that an instance may have: _admin.orders.
        provider = query.EndpointName is null ? new Provider(directory, query) : null;
        return provider is not null;
    }

    private sealed class Provider(ServiceDirectory directory, ServiceEndpointQuery query) : IServiceEndpointProvider
    {
        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            // Who was asked before has the word, as among Microsoft's own.
            if (endpoints.Endpoints.Count > 0) return;
            var (read, changed) = await directory.ReadAsync(query.ServiceName, cancellationToken);
            endpoints.AddChangeToken(changed);
            var byScheme = read.Eligible.Select(static e => e.Instance.BaseUri).ToLookup(static uri => uri.Scheme, StringComparer.Ordinal);
            // https+http://orders asks for the first of them that there is.
            var scheme = query.IncludedSchemes.FirstOrDefault(byScheme.Contains);
            foreach (var uri in query.IncludedSchemes.Count == 0 ? byScheme.SelectMany(static uris => uris) : byScheme[scheme ?? ""])
                endpoints.Endpoints.Add(ServiceEndpoint.Create(new UriEndPoint(uri)));
        }

        public ValueTask DisposeAsync() => default;
    }
}
