using Grpc.Core;
using HA.Core.Servers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Recipes.Tests.Grpc;

public class ServiceResolverTests
{
    [Fact]
    public async Task Channel_OfAService_CallsEveryInstanceAndTheLaterOnes()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        await fleet.AddAsync("a");
        await using var program = Programs.Beside(fleet);
        Assert.Equal("a", await program.Client().SayAsync("hello"));
        await fleet.AddAsync("b");
        await Wait.UntilAsync("b is called", async () => await program.Client().SayAsync("hello") == "b");
        await Wait.UntilAsync("a is called", async () => await program.Client().SayAsync("hello") == "a");
    }

    [Fact]
    public async Task Channel_DeregisteredOrUnfit_GetsNoMoreCalls()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var (_, b, c) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"), await fleet.AddAsync("c"));
        await using var program = Programs.Beside(fleet);
        await program.Client().SayAsync("hello");
        await b.DeregisterAsync();
        Fleet.PoolOf(program).MarkUnhealthy("c");
        var inARow = 0;
        await Wait.UntilAsync("only a is called", async () =>
        {
            inARow = await program.Client().SayAsync("hello") == "a" ? inARow + 1 : 0;
            return inARow == 10;
        });
        var before = (b.Calls, c.Calls);
        for (var i = 0; i < 10; i++) Assert.Equal("a", await program.Client().SayAsync("hello"));
        Assert.Equal(before, (b.Calls, c.Calls));
    }

    [Fact]
    public async Task Channel_InstanceKilledUnderLoadWithRetries_NoCallFails()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var victim = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        await fleet.AddAsync("c");
        await using var program = Programs.Beside(fleet, retries: true);
        Assert.Empty(await Load.AcrossKillAsync(victim, () => program.Client().SayAsync("hello")));
    }

    // What the documentation says of the last one: gRPC does not let go of it before its connection ends.
    [Fact]
    public async Task Channel_LastOneLeavesAndStops_IsUnavailableUntilSomebodyComes()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var only = await fleet.AddAsync("a");
        await using var program = Programs.Beside(fleet);
        Assert.Equal("a", await AskAsync(program));
        await only.DeregisterAsync();
        await Fleet.UntilEligibleAsync(program);
        Assert.Equal("a", await AskAsync(program));
        await only.KillAsync();
        await Wait.UntilAsync("nobody answers", async () => await AskAsync(program) == nameof(StatusCode.Unavailable));
        await fleet.AddAsync("b");
        await Wait.UntilAsync("b is called", async () => await AskAsync(program) == "b");
    }

    [Fact]
    public async Task Channel_RegistryDown_IsUnavailableWithTheReason()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        await using var down = new DownRegistry(fleet.Registry);
        var soon = TimeSpan.FromMilliseconds(200);
        await using var program = Programs.Beside(
            fleet, options: o => o.Defaults.Call = o.Defaults.Call with { Deadline = soon }, registry: down);
        var error = await Assert.ThrowsAsync<RpcException>(() => program.Client().SayAsync("hello"));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("No instance of 'orders' is fit: the registry has not answered yet", error.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(ServiceProvider program)
    {
        try
        {
            return await program.Client().SayAsync("hello");
        }
        catch (RpcException e)
        {
            return e.StatusCode.ToString();
        }
    }
}
