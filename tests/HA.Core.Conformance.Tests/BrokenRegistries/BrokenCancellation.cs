using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Conformance.Tests.BrokenRegistries;

/// <summary>Drops the token on the way to the store.</summary>
internal sealed class WritesThoughCancelled(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Inner.RegisterAsync(instance, terms, CancellationToken.None);
}

/// <summary>Looks at its token only when the answer is there.</summary>
internal sealed class AnswersInItsOwnTime(InMemoryRegistry inner, ServiceEnvironment environment) : RegistryDecorator(inner)
{
    public override async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled) await environment.Time.DelayAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return await Inner.DiscoverAsync(service, cancellationToken);
    }
}
