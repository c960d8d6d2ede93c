using HA.Core.Conformance;
using HA.Core.Registry;

namespace HA.Core.Etcd.Tests;

internal sealed class EtcdConformance(string address, string? reportedAs = null) : RegistryConformance
{
    protected override string? ReportedAs => reportedAs;

    protected override ValueTask<IServiceRegistry> CreateAsync() => new(new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [address] }));

    protected override ValueTask<IServiceRegistry> ConnectAgainAsync(IServiceRegistry first) => CreateAsync();
}
