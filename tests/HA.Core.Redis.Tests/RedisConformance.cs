using HA.Core.Conformance;
using HA.Core.Registry;

namespace HA.Core.Redis.Tests;

internal sealed class RedisConformance(string servers, string? reportedAs = null) : RegistryConformance
{
    protected override string? ReportedAs => reportedAs;

    protected override ValueTask<IServiceRegistry> CreateAsync() => new(new RedisRegistry(new RedisRegistryOptions { Servers = servers }));

    protected override ValueTask<IServiceRegistry> ConnectAgainAsync(IServiceRegistry first) => CreateAsync();
}
