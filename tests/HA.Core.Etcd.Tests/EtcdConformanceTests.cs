using HA.Core.Servers;

namespace HA.Core.Etcd.Tests;

/// <summary>The laws, on one version of etcd.</summary>
public abstract class EtcdConformanceTests(EtcdFixture etcd)
{
    public static TheoryData<string> Names => new(new EtcdConformance("http://localhost:1").Laws.Select(static l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public Task OnARealServer_Holds(string law) =>
        new EtcdConformance(etcd.Server.Address, etcd.Server.Name).Laws.Single(l => l.Name == law).CheckAsync();
}

public sealed class Etcd34ConformanceTests(Etcd34Fixture etcd) : EtcdConformanceTests(etcd), IClassFixture<Etcd34Fixture>
{
    [Fact]
    public void Server_IsOfItsVersion() => Assert.StartsWith("etcd 3.4.", etcd.Server.Name, StringComparison.Ordinal);
}

public sealed class Etcd35ConformanceTests(Etcd35Fixture etcd) : EtcdConformanceTests(etcd), IClassFixture<Etcd35Fixture>
{
    [Fact]
    public void Server_IsOfItsVersion() => Assert.StartsWith("etcd 3.5.", etcd.Server.Name, StringComparison.Ordinal);
}

/// <summary>One server for tests that leave it alive.</summary>
public abstract class EtcdFixture(string version) : IAsyncLifetime
{
    public EtcdServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await EtcdServer.StartAsync(version);

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class Etcd34Fixture() : EtcdFixture("3.4");

public sealed class Etcd35Fixture() : EtcdFixture("3.5");
