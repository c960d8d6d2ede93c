using HA.Core.Conformance;
using HA.Core.Registry;

namespace HA.Core.Consul.Tests;

internal sealed class ConsulConformance(Uri address, string? reportedAs = null) : RegistryConformance
{
    protected override string? ReportedAs => reportedAs;

    protected override ValueTask<IServiceRegistry> CreateAsync() => new(new ConsulRegistry(new ConsulRegistryOptions { Address = address }));

    protected override ValueTask<IServiceRegistry> ConnectAgainAsync(IServiceRegistry first) => CreateAsync();
}
