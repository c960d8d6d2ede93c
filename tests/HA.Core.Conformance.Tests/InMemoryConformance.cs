using HA.Core.Registry;

namespace HA.Core.Conformance.Tests;

/// <summary>The reference registry, or a spoilt one, before its own laws.</summary>
internal sealed class InMemoryConformance(
    ServiceEnvironment environment, Func<InMemoryRegistry, ServiceEnvironment, IServiceRegistry>? spoil = null,
    string? reportedAs = null) : RegistryConformance
{
    protected override string? ReportedAs => reportedAs;

    protected override ServiceEnvironment Environment => environment;

    // Short, so that the machine's clock is not waited for; in virtual time it makes no difference.
    protected override TimeSpan TimeToLive => TimeSpan.FromMilliseconds(400);

    protected override ValueTask<IServiceRegistry> CreateAsync()
    {
        var registry = new InMemoryRegistry(environment);
        return new(spoil?.Invoke(registry, environment) ?? registry);
    }
}
