using System.Collections.Immutable;

namespace HA.Core.Tests;

public class ServiceInstanceTests
{
    private static readonly DateTimeOffset Since = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static ServiceInstance Full() => new("orders", "orders-1", "10.0.0.5", 8080)
    {
        Scheme = "https",
        Weight = 7,
        Tags = ["a", "b"],
        Zone = "z1",
        Version = "1.2",
        Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", "v"),
        HealthCheckUrl = "/health",
        RegisteredAt = Since,
        Status = ServiceStatus.Draining,
    };

    [Fact]
    public void Equals_SameValues_AreEqualWithEqualHashes()
    {
        Assert.Equal(Full(), Full());
        Assert.Equal(Full().GetHashCode(), Full().GetHashCode());
        Assert.True(Full().Equals((object)Full()));
        Assert.False(Full().Equals(null));
    }

    [Fact]
    public void Equals_AnyOtherValue_Differs()
    {
        ServiceInstance[] others =
        [
            new("orders", "orders-1", "10.0.0.5", 8080),
            Full().WithWeight(8), Full().WithStatus(ServiceStatus.Up), Full().WithRegisteredAt(null),
            Other(tags: ["b", "a"]), Other(tags: ["a"]), Other(metadata: "w"), Other(zone: "z2"), Other(version: "1.3"),
            Other(url: "/other"), Other(scheme: "http"),
        ];
        Assert.All(others, static o => Assert.NotEqual(Full(), o));
    }

    [Fact]
    public void With_OneChange_KeepsEverythingElse()
    {
        Assert.Equal(Full(), Full().WithWeight(8).WithWeight(7));
        Assert.Equal(Full(), Full().WithStatus(ServiceStatus.Down).WithStatus(ServiceStatus.Draining));
        Assert.Equal(Full(), Full().WithRegisteredAt(null).WithRegisteredAt(Since));
        Assert.Throws<ArgumentOutOfRangeException>(() => Full().WithWeight(-1));
    }

    [Fact]
    public void IsSameProcess_OnlyIdentityDecides()
    {
        var one = new ServiceInstance("orders", "a", "10.0.0.5", 80);
        Assert.True(one.IsSameProcess(one.WithWeight(9).WithStatus(ServiceStatus.Down).WithRegisteredAt(Since)));
        Assert.False(one.IsSameProcess(new("orders", "b", "10.0.0.5", 80)));
        Assert.False(one.IsSameProcess(new("order", "a", "10.0.0.5", 80)));
        Assert.False(one.IsSameProcess(new("orders", "a", "10.0.0.6", 80)));
        Assert.False(one.IsSameProcess(new("orders", "a", "10.0.0.5", 81)));
        Assert.False(one.IsSameProcess(new("orders", "a", "10.0.0.5", 80) { Scheme = "https" }));
    }

    [Theory]
    [InlineData("10.0.0.5", "http://10.0.0.5:8080/")]
    [InlineData("::1", "http://[::1]:8080/")]
    [InlineData("orders.internal", "http://orders.internal:8080/")]
    public void BaseUri_AnyAddress_IsWellFormed(string address, string expected) =>
        Assert.Equal(expected, new ServiceInstance("orders", "a", address, 8080).BaseUri.AbsoluteUri);

    [Fact]
    public void ToString_ForPeople_NamesServiceIdAndAddress() =>
        Assert.Equal("orders/orders-1 (https://10.0.0.5:8080)", Full().ToString());

    private static ServiceInstance Other(
        string[]? tags = null, string metadata = "v", string zone = "z1", string version = "1.2", string url = "/health",
        string scheme = "https") => new("orders", "orders-1", "10.0.0.5", 8080)
        {
            Scheme = scheme,
            Weight = 7,
            Tags = [.. tags ?? ["a", "b"]],
            Zone = zone,
            Version = version,
            Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", metadata),
            HealthCheckUrl = url,
            RegisteredAt = Since,
            Status = ServiceStatus.Draining,
        };
}
