using System.Net;
using HA.Core.Registry;

namespace HA.Core.Tests.Registry;

public class AddressPolicyTests
{
    [Theory]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("169.254.170.2", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("::ffff:169.254.169.254", "metadata")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata")]
    [InlineData("2002:a9fe:a9fe::1", "metadata")]
    [InlineData("metadata.google.internal", "metadata")]
    [InlineData("Metadata.Google.Internal.", "metadata")]
    [InlineData("169.254.1.1", "local link")]
    [InlineData("fe80::1", "local link")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("240.0.0.1", "reserved")]
    public void Refusal_OfWhatNobodyServesAt_IsGivenByDefault(string address, string reason) =>
        Assert.Contains(reason, new AddressPolicy().Refusal(address), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("192.168.1.1")]
    [InlineData("203.0.113.9")]
    [InlineData("fd12::5")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("orders.internal")]
    public void Refusal_OfOrdinaryAddresses_IsNoneByDefault(string address) => Assert.Null(new AddressPolicy().Refusal(address));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("a.LOCALHOST")]
    public void Refusal_OfLoopback_WhenItIsNotAllowed(string address) =>
        Assert.Equal("this machine itself", new AddressPolicy { AllowLoopback = false }.Refusal(address));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("a.internal", true)]
    [InlineData("internal", false)]
    [InlineData("a.internal.evil.example", false)]
    [InlineData("evil-internal", false)]
    [InlineData("orders.example", true)]
    [InlineData("b.orders.example", false)]
    [InlineData("bad.internal", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    public void Allowed_Named_AllowsNothingElse(string address, bool isAllowed)
    {
        var policy = new AddressPolicy
        {
            Allowed = ["10.0.0.0/8", "192.0.2.7", ".internal", "orders.example", "169.254.0.0/16"],
            Denied = ["10.0.0.1", "bad.internal"],
            AllowLinkLocal = true,
        };
        Assert.Equal(isAllowed, policy.Refusal(address) is null);
    }

    [Fact]
    public void RefusalOfResolved_OfANameThatIsAllowed_JudgesTheAddress()
    {
        var byName = new AddressPolicy { Allowed = [".internal"], AllowLoopback = false };
        Assert.Null(byName.RefusalOfResolved(IPAddress.Parse("10.0.0.5")));
        Assert.NotNull(byName.RefusalOfResolved(IPAddress.Parse("169.254.169.254")));
        Assert.NotNull(byName.RefusalOfResolved(IPAddress.Loopback));
        var both = byName with { Allowed = [".internal", "10.0.0.0/8"] };
        Assert.Null(both.RefusalOfResolved(IPAddress.Parse("10.0.0.5")));
        Assert.NotNull(both.RefusalOfResolved(IPAddress.Parse("192.168.0.5")));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("a b")]
    [InlineData("*.internal")]
    [InlineData("")]
    [InlineData("http://10.0.0.5")]
    public void Allowed_ThatIsNoAddress_IsRefusedWithAnExample(string text) => Assert.Contains(
        "10.0.0.0/8", Assert.Throws<ArgumentException>(() => new AddressPolicy { Allowed = [text] }).Message, StringComparison.Ordinal);

    // Otherwise every reload of a configuration would make new pools.
    [Fact]
    public void Equals_SameValues_AreEqual()
    {
        Assert.Equal(new AddressPolicy { Allowed = ["10.0.0.0/8"] }, new AddressPolicy { Allowed = ["10.0.0.0/8"] });
        Assert.NotEqual(new AddressPolicy { Allowed = ["10.0.0.0/8"] }, new AddressPolicy { Denied = ["10.0.0.0/8"] });
        Assert.Equal(new CatalogWatcherOptions(), new CatalogWatcherOptions());
    }

    [Fact]
    public void RequireTls_OfAnInstance_LooksAtItsScheme()
    {
        var policy = new AddressPolicy { RequireTls = true };
        var plain = new ServiceInstance("orders", "a", "10.0.0.5", 80);
        Assert.Contains("TLS", policy.Refusal(plain), StringComparison.Ordinal);
        Assert.Null(policy.Refusal(new ServiceInstance("orders", "a", "10.0.0.5", 80) { Scheme = "https" }));
    }
}
