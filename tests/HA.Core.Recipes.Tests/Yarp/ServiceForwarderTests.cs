using System.Net;
using System.Net.WebSockets;
using System.Text;
using HA.Core.Hosting;
using HA.Core.Http;
using HA.Core.Samples.Recipes.Yarp;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace HA.Core.Recipes.Tests.Yarp;

public class ServiceForwarderTests
{
    [Fact]
    public async Task Proxy_ClusterOfAService_CallsEveryInstance()
    {
        await using var fleet = new Fleet();
        var (a, b) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"));
        await using var gateway = await Gateway.ThroughAsync(fleet, Fleet.RoundRobin);
        for (var i = 0; i < 10; i++) await gateway.ItemAsync(i);
        Assert.Equal((5, 5), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Proxy_RegisteredLater_GetsCallsWithoutARestart()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var gateway = await Gateway.ThroughAsync(fleet, Fleet.RoundRobin);
        Assert.Equal("a", await gateway.ItemAsync());
        var later = await fleet.AddAsync("b");
        await Wait.UntilAsync("b is called", async () => await gateway.ItemAsync() == "b");
        Assert.True(later.Calls > 0);
    }

    [Fact]
    public async Task Proxy_Deregistered_GetsNoMoreCalls()
    {
        await using var fleet = new Fleet();
        var (a, b) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"));
        await using var gateway = await Gateway.ThroughAsync(fleet, Fleet.RoundRobin);
        for (var i = 0; i < 4; i++) await gateway.ItemAsync(i);
        Assert.True(b.Calls > 0);
        await b.DeregisterAsync();
        await Fleet.UntilEligibleAsync(gateway.Services, "a");
        var before = b.Calls;
        for (var i = 0; i < 10; i++) Assert.Equal("a", await gateway.ItemAsync(i));
        Assert.Equal(before, b.Calls);
    }

    [Fact]
    public async Task Proxy_InstanceKilledUnderLoad_NoCallFails()
    {
        await using var fleet = new Fleet();
        var victim = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        await fleet.AddAsync("c");
        await using var gateway = await Gateway.ThroughAsync(fleet);
        Assert.Empty(await Load.AcrossKillAsync(victim, () => gateway.ItemAsync()));
    }

    [Fact]
    public async Task Proxy_PostUnderWayAtAKilledInstance_FailsAndIsNotMadeTwice()
    {
        await using var fleet = new Fleet();
        var victim = await fleet.AddAsync("a");
        await using var gateway = await Gateway.ThroughAsync(fleet);
        victim.Hold();
        var posting = gateway.Client.PostAsync(new Uri("/items/1", UriKind.Relative), new StringContent(" and a body"));
        await Wait.UntilAsync("it is under way", () => victim.Held == 1);
        var other = await fleet.AddAsync("b");
        await Fleet.UntilEligibleAsync(gateway.Services, "a", "b");
        await victim.KillAsync();
        Assert.Equal(HttpStatusCode.BadGateway, (await posting).StatusCode);
        Assert.Equal(0, other.Calls);
    }

    [Fact]
    public async Task Proxy_PostToADeadInstance_IsMadeElsewhereWithItsBody()
    {
        await using var fleet = new Fleet();
        var dead = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        await dead.KillAsync();
        await using var gateway = await Gateway.ThroughAsync(fleet, Fleet.RoundRobin);
        for (var i = 0; i < 4; i++)
        {
            var answer = await gateway.Client.PostAsync(new Uri("/items/1", UriKind.Relative), new StringContent(" and a body"));
            Assert.Equal("b and a body", await answer.Content.ReadAsStringAsync());
        }

        // It was tried, and judged.
        Assert.Contains(Fleet.PoolOf(gateway.Services).Snapshot.All, static e => e.Instance.Id == "a" && e.Stats.FailuresInARow > 0);
    }

    [Fact]
    public async Task Proxy_TransformNamesAKey_KeepsItOnOneInstance()
    {
        await using var fleet = new Fleet();
        foreach (var id in (string[])["a", "b", "c"]) await fleet.AddAsync(id);
        await using var gateway = await Gateway.ThroughAsync(
            fleet, static o => o.Defaults.Balancer = "rendezvous",
            add: static proxy => proxy.AddTransforms(static transforms => transforms.AddRequestTransform(static transform =>
            {
                var customer = transform.HttpContext.Request.Headers["Customer"].ToString();
                transform.ProxyRequest.Options.Set(FailoverRequestOptions.HashKey, customer);
                return default;
            })));
        var servedBy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var customer in Enumerable.Range(0, 20).SelectMany(static i => new[] { $"c{i}", $"c{i}" }))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/items/1") { Headers = { { "Customer", customer } } };
            using var answer = await gateway.Client.SendAsync(request);
            var by = await answer.Content.ReadAsStringAsync();
            Assert.Equal(by, servedBy.GetValueOrDefault(customer, by));
            servedBy[customer] = by;
        }

        Assert.True(servedBy.Values.Distinct(StringComparer.Ordinal).Count() > 1);
    }

    [Fact]
    public async Task Proxy_NobodyThere_AnswersBadGateway()
    {
        await using var fleet = new Fleet();
        await using var gateway = await Gateway.ThroughAsync(fleet);
        var answer = await gateway.Client.GetAsync(new Uri("/items/1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Fact]
    public async Task Proxy_WebSocket_GoesThrough()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var gateway = await Gateway.ThroughAsync(fleet);
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.ConnectAsync(new UriBuilder(gateway.Client.BaseAddress!) { Scheme = "ws", Path = "/socket" }.Uri, limit.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("there and back"), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var buffer = new byte[100];
        var answer = await socket.ReceiveAsync(buffer, limit.Token);
        Assert.Equal("there and back", Encoding.UTF8.GetString(buffer, 0, answer.Count));
        // Busy for as long as it is open.
        Assert.Equal(1, Fleet.PoolOf(gateway.Services).Snapshot.All.Single().InFlight);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        await Wait.UntilAsync("it is free again", () => Fleet.PoolOf(gateway.Services).Snapshot.All.Single().InFlight == 0);
    }

    [Fact]
    public async Task Proxy_ClusterThatDoesNotAsk_IsLeftToYarp()
    {
        await using var fleet = new Fleet();
        var instance = await fleet.AddAsync("a", isRegistered: false);
        await using var gateway = await Gateway.StartAsync(
            fleet, instance.Address.AbsoluteUri, static proxy => proxy.AddHighAvailability(), null, static c => c);
        Assert.Equal("a", await gateway.ItemAsync());
    }

    // What a true of JSON becomes in the configuration.
    [Fact]
    public async Task Proxy_MetadataInJsonsSpelling_AreUnderstoodAndOthersRefused()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var gateway = await Gateway.ThroughAsync(fleet, asks: "True");
        Assert.Equal("a", await gateway.ItemAsync());
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Gateway.ThroughAsync(fleet, asks: "yes"));
        Assert.Contains("must be true or false", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ClusterWithSettingsThatWouldNotCount_IsRefused()
    {
        await using var fleet = new Fleet();
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => Gateway.ThroughAsync(fleet, client: new HttpClientConfig { MaxConnectionsPerServer = 1 }));
        Assert.Contains("remove", error.ToString(), StringComparison.Ordinal);
    }
}
