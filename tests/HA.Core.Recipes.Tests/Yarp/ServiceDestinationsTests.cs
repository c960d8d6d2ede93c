using System.Net;
using HA.Core.Hosting;
using HA.Core.Hosting.Control;
using HA.Core.Samples.Recipes.Yarp;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace HA.Core.Recipes.Tests.Yarp;

public class ServiceDestinationsTests
{
    [Fact]
    public async Task Proxy_RegisteredLater_BecomesADestinationWithoutARestart()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var gateway = await Gateway.BesideAsync(fleet);
        Assert.Equal("a", await gateway.ItemAsync());
        await fleet.AddAsync("b");
        await Wait.UntilAsync("b is called", async () => await gateway.ItemAsync() == "b");
        // And the other still is: YARP balances.
        await Wait.UntilAsync("a is called", async () => await gateway.ItemAsync() == "a");
    }

    [Fact]
    public async Task Proxy_DeregisteredOrIsolated_GetsNoMoreCalls()
    {
        await using var fleet = new Fleet();
        var (_, b, c) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"), await fleet.AddAsync("c"));
        await using var gateway = await Gateway.BesideAsync(fleet);
        await b.DeregisterAsync();
        gateway.Services.GetRequiredService<IEndpointControl>().Isolate(
            Fleet.Service, "c", new InterventionTerms("test", "to see it go", TimeSpan.FromHours(1)));
        await Wait.UntilAsync("only a is a destination", () => gateway.Destinations.SequenceEqual(["orders/a"]));
        var before = (b.Calls, c.Calls);
        for (var i = 0; i < 10; i++) Assert.Equal("a", await gateway.ItemAsync(i));
        Assert.Equal(before, (b.Calls, c.Calls));
    }

    [Fact]
    public async Task Proxy_InstanceDiesAndIsChecked_IsNoDestinationAnyMore()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        var victim = await fleet.AddAsync("b");
        await fleet.AddAsync("c");
        await using var gateway = await Gateway.BesideAsync(fleet, static o =>
        {
            o.Defaults.Checker = "tcp";
            o.Defaults.Health = o.Defaults.Health with { CheckInterval = TimeSpan.FromMilliseconds(50) };
        });
        await Wait.UntilAsync("all are destinations", () => gateway.Destinations.Count() == 3);
        await victim.KillAsync();
        await Wait.UntilAsync("b is out", () => gateway.Destinations.SequenceEqual(["orders/a", "orders/c"]));
    }

    [Fact]
    public async Task Proxy_LastOneLeft_AnswersThatNobodyIsThere()
    {
        await using var fleet = new Fleet();
        var only = await fleet.AddAsync("a");
        await using var gateway = await Gateway.BesideAsync(fleet);
        await gateway.ItemAsync();
        await only.DeregisterAsync();
        await Wait.UntilAsync("there is no destination", () => !gateway.Destinations.Any());
        var answer = await gateway.Client.GetAsync(new Uri("/items/1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Proxy_StartedWhileTheRegistryIsDown_ServesWhenItIsBack()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var down = new DownRegistry(fleet.Registry);
        await using var gateway = await Gateway.BesideAsync(
            fleet,
            static o =>
            {
                o.Defaults.Call = o.Defaults.Call with { Deadline = TimeSpan.FromMilliseconds(100) };
                o.Defaults.Watch = o.Defaults.Watch with { MaxBackoff = TimeSpan.FromMilliseconds(50) };
            },
            down);
        Assert.Empty(gateway.Destinations);
        down.IsUp = true;
        await Wait.UntilAsync("a is a destination", () => gateway.Destinations.Any());
        Assert.Equal("a", await gateway.ItemAsync());
    }

    [Fact]
    public async Task Resolver_OtherAddresses_StayAndPathsAreKept()
    {
        await using var fleet = new Fleet();
        var instance = await fleet.AddAsync("a");
        await using var services = fleet.AddTo(new ServiceCollection()).Services.BuildServiceProvider();
        var resolver = new ServiceDestinations(services.GetRequiredService<ServiceDirectory>());
        var fixedOne = new DestinationConfig { Address = "https://example.org/api" };
        var resolved = await resolver.ResolveDestinationsAsync(
            new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                ["fixed"] = fixedOne,
                ["named"] = new() { Address = "ha://orders/v2", Host = "shop.example.org" },
            },
            CancellationToken.None);
        Assert.Same(fixedOne, resolved.Destinations["fixed"]);
        var named = resolved.Destinations["named/a"];
        Assert.Equal((new Uri(instance.Address, "/v2").AbsoluteUri, "shop.example.org"), (named.Address, named.Host));
        Assert.Equal(2, resolved.Destinations.Count);
    }
}
