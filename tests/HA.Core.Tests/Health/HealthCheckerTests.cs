using System.Net;
using System.Net.Sockets;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class HealthCheckerTests
{
    private static async Task<(HealthCheckResult Result, List<HttpRequestMessage> Asked)> Http(string? url, HttpStatusCode status = HttpStatusCode.OK)
    {
        var network = new StubHandler((_, _) => new HttpResponseMessage(status));
        using var invoker = new HttpMessageInvoker(network);
        var instance = new ServiceInstance("orders", "a", "10.0.0.5", 8080) { HealthCheckUrl = url };
        return (await new HttpHealthChecker(invoker).CheckAsync(instance, CancellationToken.None), network.Requests);
    }

    [Theory]
    [InlineData(null, "http://10.0.0.5:8080/health")]
    [InlineData("/live?x=1", "http://10.0.0.5:8080/live?x=1")]
    [InlineData("http://10.0.0.5:9090/live", "http://10.0.0.5:9090/live")]
    public async Task Http_OwnAddress_IsAsked(string? url, string expected)
    {
        var (result, asked) = await Http(url);
        Assert.True(result.IsHealthy);
        Assert.Equal(expected, Assert.Single(asked).RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://10.0.0.6:8080/health")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.5.evil.example/health")]
    public async Task Http_AnotherAddress_IsNeverAsked(string url)
    {
        var (result, asked) = await Http(url);
        Assert.False(result.IsHealthy);
        Assert.Contains("not the instance's own address", result.Detail, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Theory]
    [InlineData("http://user@10.0.0.5/health")]
    [InlineData("http://10.0.0.5@evil.example/health")]
    public async Task Http_UserName_IsNeverAsked(string url)
    {
        var (result, asked) = await Http(url);
        Assert.Equal(new HealthCheckResult(false, "health-check URL carries a user name"), result);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Http_StricterPolicy_IsHeeded()
    {
        var network = new StubHandler((_, _) => new HttpResponseMessage(HttpStatusCode.OK));
        using var invoker = new HttpMessageInvoker(network);
        var checker = new HttpHealthChecker(invoker, policy: HealthCheckAddressPolicy.OwnAddressAndPort);
        var instance = new ServiceInstance("orders", "a", "10.0.0.5", 8080) { HealthCheckUrl = "http://10.0.0.5:22/" };
        Assert.False((await checker.CheckAsync(instance, CancellationToken.None)).IsHealthy);
        Assert.Empty(network.Requests);
    }

    [Fact]
    public async Task Http_RealRedirect_IsNotFollowed()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var server = await HealthServer.StartAsync(context =>
        {
            context.Response.Redirect($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}/");
            return Task.CompletedTask;
        });
        var result = await new HttpHealthChecker().CheckAsync(server.Instance, CancellationToken.None);
        Assert.Equal(new HealthCheckResult(false, "check answered 302"), result);
        Assert.False(other.Pending());
    }

    [Fact]
    public async Task Delegate_Function_IsTheCheck()
    {
        var checker = new DelegateHealthChecker(static (instance, _) => ValueTask.FromResult(new HealthCheckResult(instance.Port == 1, "asked")));
        Assert.Equal(new HealthCheckResult(true, "asked"), await checker.CheckAsync(new ServiceInstance("orders", "a", "10.0.0.5", 1), CancellationToken.None));
        Assert.False((await checker.CheckAsync(new ServiceInstance("orders", "a", "10.0.0.5", 2), CancellationToken.None)).IsHealthy);
    }

    [Theory]
    [InlineData(204, true)]
    [InlineData(302, false)]
    [InlineData(404, false)]
    [InlineData(503, false)]
    public async Task Http_Status_Only2xxIsGood(int status, bool expected) =>
        Assert.Equal(new HealthCheckResult(expected, $"check answered {status}"), (await Http(null, (HttpStatusCode)status)).Result);

    [Fact]
    public async Task Tcp_ListenerThenClosed_IsGoodThenBad()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var instance = new ServiceInstance("orders", "a", "127.0.0.1", port);
        Assert.True((await new TcpHealthChecker().CheckAsync(instance, CancellationToken.None)).IsHealthy);
        listener.Stop();
        var result = await new TcpHealthChecker().CheckAsync(instance, CancellationToken.None);
        Assert.False(result.IsHealthy);
        Assert.Contains("ConnectionRefused", result.Detail, StringComparison.Ordinal);
    }
}
