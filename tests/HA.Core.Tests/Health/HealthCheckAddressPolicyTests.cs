using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class HealthCheckAddressPolicyTests
{
    private static string? Refusal(HealthCheckAddressPolicy policy, string address, string url, string scheme = "http")
    {
        var instance = new ServiceInstance("orders", "a", address, 8080) { Scheme = scheme };
        return policy.Refusal(instance, new Uri(instance.BaseUri, url));
    }

    [Theory]
    [InlineData("10.0.0.5", "/health")]
    [InlineData("10.0.0.5", "http://10.0.0.5:8080/health")]
    [InlineData("10.0.0.5", "http://10.0.0.5:9090/health")]
    [InlineData("10.0.0.5", "https://10.0.0.5/health")]
    [InlineData("10.0.0.5", "http://0x0a.0.0.5/health")]
    [InlineData("10.0.0.5", "http://167772165/health")]
    [InlineData("orders.internal", "http://ORDERS.internal/health")]
    [InlineData("2001:db8::5", "http://[2001:db8:0:0:0:0:0:5]:9090/health")]
    [InlineData("127.0.0.1", "http://2130706433/health")]
    public void OwnAddress_OwnInWhateverSpelling_IsAllowed(string address, string url) =>
        Assert.Null(Refusal(HealthCheckAddressPolicy.OwnAddress, address, url));

    [Theory]
    [InlineData("http://10.0.0.6/health")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://2852039166/latest/meta-data")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://127.0.0.1:2375/containers/json")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[::ffff:10.0.0.5]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://10.0.0.5.evil.example/health")]
    [InlineData("http://10.0.0.5.nip.io/health")]
    [InlineData("http://evil.example/?10.0.0.5")]
    [InlineData("http://evil.example#@10.0.0.5/")]
    [InlineData("http://metadata.google.internal/")]
    public void OwnAddress_AnotherHost_IsRefused(string url)
    {
        var refusal = Refusal(HealthCheckAddressPolicy.OwnAddress, "10.0.0.5", url);
        Assert.NotNull(refusal);
        Assert.StartsWith("health-check URL names ", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user@10.0.0.5/health")]
    [InlineData("http://user:secret@10.0.0.5/health")]
    [InlineData("http://10.0.0.5@evil.example/health")]
    [InlineData("http://10.0.0.5:8080@169.254.169.254/health")]
    public void OwnAddress_UserName_IsRefused(string url) =>
        Assert.Equal("health-check URL carries a user name", Refusal(HealthCheckAddressPolicy.OwnAddress, "10.0.0.5", url));

    [Theory]
    [InlineData("ftp://10.0.0.5/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://10.0.0.5:6379/_INFO")]
    public void OwnAddress_OtherScheme_IsRefusedByTheInstanceAndByThePolicy(string url)
    {
        Assert.Throws<ArgumentException>(() => new ServiceInstance("orders", "a", "10.0.0.5", 8080) { HealthCheckUrl = url });
        Assert.Equal("health-check URL is not http or https", Refusal(HealthCheckAddressPolicy.OwnAddress, "10.0.0.5", url));
    }

    [Theory]
    [InlineData("http://evil.example\\@10.0.0.5/")]
    [InlineData("http://10.0.0.5:99999/")]
    [InlineData("//evil.example/health")]
    public void Url_ThatParsersReadDifferently_IsRefusedByTheInstance(string url) =>
        Assert.Throws<ArgumentException>(() => new ServiceInstance("orders", "a", "10.0.0.5", 8080) { HealthCheckUrl = url });

    [Theory]
    [InlineData("/health", true)]
    [InlineData("http://10.0.0.5:8080/health", true)]
    [InlineData("http://10.0.0.5:9090/health", false)]
    [InlineData("http://10.0.0.5/health", false)]
    [InlineData("https://10.0.0.5:8080/health", false)]
    [InlineData("http://10.0.0.6:8080/health", false)]
    public void OwnAddressAndPort_AnythingElse_IsRefused(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, Refusal(HealthCheckAddressPolicy.OwnAddressAndPort, "10.0.0.5", url) is null);

    [Theory]
    [InlineData("http://10.0.0.9:9000/orders", true)]
    [InlineData("http://Checks.internal/orders", true)]
    [InlineData("http://[2001:db8::9]/orders", true)]
    [InlineData("/health", true)]
    [InlineData("http://10.0.0.8/orders", false)]
    [InlineData("http://checks.internal.evil.example/orders", false)]
    public void OwnAddressOr_NamedHosts_AreAllowedBesideItsOwn(string url, bool isAllowed)
    {
        var policy = HealthCheckAddressPolicy.OwnAddressOr("10.0.0.9", "checks.internal", "2001:db8::9");
        Assert.Equal(isAllowed, Refusal(policy, "10.0.0.5", url) is null);
    }

    [Fact]
    public void OwnAddressOr_NoHost_SaysWhatAHostIs() => Assert.Contains(
        "without scheme or port", Assert.Throws<ArgumentException>(static () => HealthCheckAddressPolicy.OwnAddressOr("http://10.0.0.9:80")).Message,
        StringComparison.Ordinal);
}
