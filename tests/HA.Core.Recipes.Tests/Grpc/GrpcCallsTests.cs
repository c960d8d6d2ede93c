using Grpc.Core;
using HA.Core.Servers;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HA.Core.Recipes.Tests.Grpc;

public class GrpcCallsTests
{
    [Fact]
    public async Task Client_OverHighAvailability_BalancesEachCall()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var (a, b) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"));
        await using var program = Programs.Through(fleet, options: Fleet.RoundRobin);
        for (var i = 0; i < 10; i++) await program.Client().SayAsync("hello");
        Assert.Equal((5, 5), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Client_RegisteredLaterOrDeregistered_FollowsTheRegistry()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var a = await fleet.AddAsync("a");
        await using var program = Programs.Through(fleet, options: Fleet.RoundRobin);
        Assert.Equal("a", await program.Client().SayAsync("hello"));
        await fleet.AddAsync("b");
        await Wait.UntilAsync("b is called", async () => await program.Client().SayAsync("hello") == "b");
        await a.DeregisterAsync();
        await Fleet.UntilEligibleAsync(program, "b");
        var before = a.Calls;
        for (var i = 0; i < 10; i++) Assert.Equal("b", await program.Client().SayAsync("hello"));
        Assert.Equal(before, a.Calls);
    }

    [Fact]
    public async Task Client_DeadInstance_NoCallFailsThoughNoneIsRepeated()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var dead = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        await dead.KillAsync();
        await using var program = Programs.Through(fleet, options: Fleet.RoundRobin);
        for (var i = 0; i < 20; i++) Assert.Equal("b", await program.Client().SayAsync("hello"));
        Assert.Equal(["b"], Fleet.PoolOf(program).Snapshot.Eligible.Select(static e => e.Instance.Id));
    }

    [Fact]
    public async Task Client_InstanceKilledUnderLoadWithRetries_NoCallFails()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var victim = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        await fleet.AddAsync("c");
        await using var program = Programs.Through(fleet, retries: true);
        Assert.Empty(await Load.AcrossKillAsync(victim, () => program.Client().SayAsync("hello")));
    }

    [Fact]
    public async Task Client_CallUnderWayAtAKilledInstance_IsUnavailableAndNotMadeTwice()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var victim = await fleet.AddAsync("a");
        await using var program = Programs.Through(fleet);
        victim.Hold();
        var call = program.Client().SayAsync("hello");
        await Wait.UntilAsync("it is under way", () => victim.Held == 1);
        var other = await fleet.AddAsync("b");
        await Fleet.UntilEligibleAsync(program, "a", "b");
        await victim.KillAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(0, other.Calls);
    }

    [Theory, InlineData(StatusCode.Unavailable), InlineData(StatusCode.Internal)]
    public async Task Client_InstanceAnswersWithAStatusOfItsOwnFault_IsToldItAndTheInstanceIsLeftOut(StatusCode status)
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var failing = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        failing.Fails = (int)status;
        await using var program = Programs.Through(fleet, options: Fleet.RoundRobin);
        var errors = new List<RpcException>();
        await Wait.UntilAsync("a is out", async () =>
        {
            try
            {
                await program.Client().SayAsync("hello");
            }
            catch (RpcException e)
            {
                errors.Add(e);
            }

            return Fleet.PoolOf(program).Snapshot.Eligible.Length == 1;
        });
        Assert.All(errors, e => Assert.Equal((status, "a fails"), (e.StatusCode, e.Status.Detail)));
        var before = failing.Calls;
        for (var i = 0; i < 10; i++) await program.Client().SayAsync("hello");
        Assert.Equal(before, failing.Calls);
    }

    [Fact]
    public async Task Client_InstanceAnswersUnavailableWithRetries_NoCallFails()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var failing = await fleet.AddAsync("a");
        await fleet.AddAsync("b");
        failing.Fails = (int)StatusCode.Unavailable;
        await using var program = Programs.Through(fleet, retries: true, options: Fleet.RoundRobin);
        for (var i = 0; i < 20; i++) Assert.Equal("b", await program.Client().SayAsync("hello"));
        Assert.True(failing.Calls > 0);
    }

    [Fact]
    public async Task Client_InstanceAnswersThatItHasTooMuch_IsOverloadAndNotEjected()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var busy = await fleet.AddAsync("a");
        busy.Fails = (int)StatusCode.ResourceExhausted;
        await using var program = Programs.Through(fleet);
        for (var i = 0; i < 10; i++)
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => program.Client().SayAsync("hello"));
            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        }

        var endpoint = Fleet.PoolOf(program).Snapshot.Eligible.Single();
        Assert.Equal((EndpointHealth.Healthy, 10), (endpoint.Health, endpoint.Stats.FailuresInARow));
    }

    [Theory, InlineData(StatusCode.NotFound), InlineData(StatusCode.DeadlineExceeded)]
    public async Task Client_InstanceAnswersWithAStatusOfTheCallersFault_CountsAsAJobDone(StatusCode status)
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var strict = await fleet.AddAsync("a");
        strict.Fails = (int)status;
        await using var program = Programs.Through(fleet);
        for (var i = 0; i < 20; i++)
            Assert.Equal(status, (await Assert.ThrowsAsync<RpcException>(() => program.Client().SayAsync("hello"))).StatusCode);
        var endpoint = Fleet.PoolOf(program).Snapshot.Eligible.Single();
        Assert.Equal((EndpointHealth.Healthy, 1.0), (endpoint.Health, endpoint.Stats.SuccessShare));
    }

    [Fact]
    public async Task Client_Stream_GoesBothWaysAndIsBusyUntilItEnds()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        await fleet.AddAsync("a");
        await using var program = Programs.Through(fleet);
        using var chat = program.Client().Chat();
        foreach (var word in (string[])["one", "two", "three"])
        {
            await chat.RequestStream.WriteAsync(word);
            Assert.True(await chat.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal($"a {word}", chat.ResponseStream.Current);
            Assert.Equal(1, Fleet.PoolOf(program).Snapshot.All.Single().InFlight);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(CancellationToken.None));
        await Wait.UntilAsync("it is free again", () => Fleet.PoolOf(program).Snapshot.All.Single().InFlight == 0);
    }

    // What the documentation says of silence.
    [Fact]
    public async Task Client_StreamThatStaysSilent_EndsWithTheAttemptTimeout()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        await fleet.AddAsync("a");
        await using var program = Programs.Through(
            fleet, options: static o => o.Defaults.Call = o.Defaults.Call with { AttemptTimeout = TimeSpan.FromMilliseconds(200) });
        using var chat = program.Client().Chat();
        var error = await Assert.ThrowsAsync<RpcException>(() => chat.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    // And of a status that comes after messages.
    [Fact]
    public async Task Client_StreamThatFailsAtItsEnd_IsNotHeldAgainstTheInstance()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var failing = await fleet.AddAsync("a");
        failing.Fails = (int)StatusCode.Unavailable;
        await using var program = Programs.Through(fleet);
        using var chat = program.Client().Chat();
        await chat.RequestStream.WriteAsync("one");
        Assert.True(await chat.ResponseStream.MoveNext(CancellationToken.None));
        await chat.RequestStream.CompleteAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => chat.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(0, Fleet.PoolOf(program).Snapshot.All.Single().Stats.FailuresInARow);
    }

    [Fact]
    public async Task Client_NobodyThere_IsUnavailableWithTheReason()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        await using var program = Programs.Through(fleet);
        var error = await Assert.ThrowsAsync<RpcException>(() => program.Client().SayAsync("hello"));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("0 instances", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_DeadlineOfTheOptions_EndsItAsSuch()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var slow = await fleet.AddAsync("a");
        slow.Hold();
        await using var program = Programs.Through(
            fleet, options: static o => o.Defaults.Call = o.Defaults.Call with { Deadline = TimeSpan.FromMilliseconds(200) });
        var error = await Assert.ThrowsAsync<RpcException>(() => program.Client().SayAsync("hello"));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Client_DeadlineOfTheCall_EndsItAsSuch()
    {
        await using var fleet = new Fleet(HttpProtocols.Http2);
        var slow = await fleet.AddAsync("a");
        slow.Hold();
        await using var program = Programs.Through(fleet);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => program.Client().SayAsync("hello", DateTime.UtcNow + TimeSpan.FromMilliseconds(200)));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }
}
