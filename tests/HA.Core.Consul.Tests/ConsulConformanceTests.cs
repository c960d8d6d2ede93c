namespace HA.Core.Consul.Tests;

public sealed class ConsulConformanceTests(ConsulFixture consul) : IClassFixture<ConsulFixture>
{
    public static TheoryData<string> Names => new(new ConsulConformance(new Uri("http://localhost")).Laws.Select(static l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public Task OnARealServer_Holds(string law) =>
        new ConsulConformance(consul.Server.Address, consul.Server.Name).Laws.Single(l => l.Name == law).CheckAsync();
}
