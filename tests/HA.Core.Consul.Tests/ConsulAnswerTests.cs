using System.Net;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>Answers that a real agent of one version does not give, or not when asked to.</summary>
public sealed class ConsulAnswerTests
{
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    [Fact]
    public async Task Index_OfTheLastAnswer_IsAskedFrom()
    {
        var agent = Watched(StubAnswer.List(7, "a"), StubAnswer.List(9, "a", "b"));
        await using var registry = new ConsulRegistry(agent.Options);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(watch));
        Assert.Equal((7, 1), (watch.Current.Revision, watch.Current.Instances.Length));
        Assert.True(await NextAsync(watch));
        Assert.Equal((9, 2), (watch.Current.Revision, watch.Current.Instances.Length));
        Assert.Equal(["GET health/service/orders", "GET health/service/orders?index=7&wait=10000ms"], agent.Lists);
    }

    [Fact]
    public async Task Index_ThatFalls_EndsTheWatchWithReset_AndANewOneStartsAnew()
    {
        var agent = Watched(StubAnswer.List(100, "a"), StubAnswer.List(40, "b"), StubAnswer.List(41, "b"));
        await using var registry = new ConsulRegistry(agent.Options);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(watch));
        await Assert.ThrowsAsync<ConsulResetException>(() => NextAsync(watch));

        await using var again = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(again));
        Assert.Equal("b@n1", again.Current.Instances.Single().Id);
        Assert.Equal("GET health/service/orders", agent.Lists[^1]);
    }

    [Fact]
    public async Task Index_OfZero_IsTakenForOne()
    {
        var agent = Watched(StubAnswer.List(0, "a"), StubAnswer.List(5, "b"));
        await using var registry = new ConsulRegistry(agent.Options);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(watch));
        Assert.True(await NextAsync(watch));
        Assert.Equal("GET health/service/orders?index=1&wait=10000ms", agent.Lists[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Answers_ThatBringNothing_AreNotAskedForInABusyLoop(long index)
    {
        var agent = new StubAgent(path => path.StartsWith("health", StringComparison.Ordinal) ? StubAnswer.List(index, "a") : StubAnswer.NotFound);
        await using var registry = new ConsulRegistry(agent.Options);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(watch));
        var more = watch.MoveNextAsync().AsTask();
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(more.IsCompleted);
        Assert.InRange(agent.Lists.Length, 2, 8);
        await registry.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => more);
    }

    [Fact]
    public async Task News_OfNoMeaning_AreNotTold()
    {
        var agent = Watched(StubAnswer.List(7, "a"), StubAnswer.List(8, "a"), StubAnswer.List(9, "a"), StubAnswer.List(10, "b"));
        await using var registry = new ConsulRegistry(agent.Options);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await NextAsync(watch));
        Assert.True(await NextAsync(watch));
        Assert.Equal(10, watch.Current.Revision);
    }

    [Fact]
    public async Task ListThatRulesFilter_IsNoEmptyCatalog()
    {
        var agent = Watched(StubAnswer.List(7) with { IsFiltered = true });
        await using var registry = new ConsulRegistry(agent.Options);
        await Assert.ThrowsAsync<ConsulAccessException>(async () => await registry.DiscoverAsync("orders", default));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "<html>Welcome</html>", "text/html")]
    [InlineData(HttpStatusCode.OK, "{\"not\":\"a list\"}", null)]
    [InlineData(HttpStatusCode.OK, "[{\"Node\":", null)]
    [InlineData(HttpStatusCode.OK, "[]", null)]
    [InlineData(HttpStatusCode.OK, "", null)]
    [InlineData(HttpStatusCode.NotFound, "no such page", null)]
    [InlineData(HttpStatusCode.MovedPermanently, "", null)]
    public async Task Stranger_AtTheAddress_IsNamed(HttpStatusCode status, string body, string? type)
    {
        var agent = new StubAgent(_ => new StubAnswer(status, body) { Type = type });
        await using var registry = new ConsulRegistry(agent.Options);
        var error = await Assert.ThrowsAsync<NotConsulException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.Contains("Consul agent", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No cluster leader")]
    [InlineData("rpc error making call: No cluster leader")]
    public async Task Servers_WithoutALeader_AreNamed(string said)
    {
        var agent = new StubAgent(_ => new StubAnswer(HttpStatusCode.InternalServerError, said));
        await using var registry = new ConsulRegistry(agent.Options);
        await Assert.ThrowsAsync<ConsulNoLeaderException>(async () => await registry.DiscoverAsync("orders", default));
    }

    [Fact]
    public async Task TooManyConnections_AreNamed()
    {
        var agent = new StubAgent(_ => new StubAnswer(HttpStatusCode.TooManyRequests, "Your IP is issuing too many concurrent connections"));
        await using var registry = new ConsulRegistry(agent.Options);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.Contains("http_max_conns_per_client", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "CheckID \"service:x\" does not have associated TTL")]
    [InlineData(HttpStatusCode.NotFound, "Unknown check ID \"service:x\". Ensure that the check ID is passed, not the check name.")]
    public async Task Check_ThatIsGone_IsALoss_InTheWordsOfEveryVersion(HttpStatusCode status, string said)
    {
        var name = ConsulEntry.NameOf("orders", "a", "owner");
        var local = $$$"""
            {"Service":{"ID":"{{{name}}}","Port":80,"Meta":{"ha_id":"a"}},"Checks":[{"CheckID":"service:{{{name}}}","Node":"n1","Status":"passing"}]}
            """;
        var agent = new StubAgent(path => path switch
        {
            ['h', ..] => StubAnswer.List(7),
            _ when path.StartsWith("agent/health", StringComparison.Ordinal) => new StubAnswer(HttpStatusCode.OK, local),
            _ => new StubAnswer(status, said),
        });
        await using var registry = new ConsulRegistry(agent.Options);
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(Registration(), default));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "Unknown service \"x\"")]
    [InlineData(HttpStatusCode.NotFound, "Unknown service ID \"x\"")]
    public async Task Deregistering_WhatTheAgentForgot_Succeeds(HttpStatusCode status, string said)
    {
        var name = ConsulEntry.NameOf("orders", "a", "owner");
        var agent = new StubAgent(path => path switch
        {
            ['h', ..] => StubAnswer.List(7),
            _ when path.StartsWith("agent/health", StringComparison.Ordinal) =>
                new StubAnswer(HttpStatusCode.OK, $$"""{"Service":{"ID":"{{name}}","Port":80},"Checks":[]}"""),
            _ => new StubAnswer(status, said),
        });
        await using var registry = new ConsulRegistry(agent.Options);
        await registry.DeregisterAsync(Registration(), default);
        Assert.Contains(agent.Asked, static a => a.StartsWith("PUT agent/service/deregister/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoAgents_BehindOneAddress_AreNamed()
    {
        // The write reaches one of them, the renewal the other.
        var agent = new StubAgent(path => path switch
        {
            ['h', ..] => StubAnswer.List(7),
            "agent/service/register" => new StubAnswer(HttpStatusCode.OK, ""),
            _ when path.StartsWith("agent/check/pass", StringComparison.Ordinal) =>
                new StubAnswer(HttpStatusCode.NotFound, "Unknown check ID"),
            _ => StubAnswer.NotFound,
        });
        await using var registry = new ConsulRegistry(agent.Options);
        var error = await Assert.ThrowsAsync<ConsulAgentChangedException>(
            async () => await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), Terms, default));
        Assert.Contains("load balancer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registration_ThatTheServersDeny_IsNamed()
    {
        // An agent says yes and only logs that the servers said no.
        var agent = new StubAgent(path => path switch
        {
            ['h', ..] => StubAnswer.List(7),
            "internal/acl/authorize" => new StubAnswer(HttpStatusCode.Unauthorized, "ACL support disabled"),
            ['a', ..] when !path.StartsWith("agent/health", StringComparison.Ordinal) => new StubAnswer(HttpStatusCode.OK, ""),
            _ => StubAnswer.NotFound,
        });
        await using var registry = new ConsulRegistry(agent.Options with { RequestTimeout = TimeSpan.FromSeconds(1) });
        var (took, error) = await Wait.MeasureAsync(
            async () => await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), Terms, default));
        Assert.IsType<ConsulNotVisibleException>(error);
        Assert.InRange(took, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Agent_ThatNeverAnswers_IsGivenUpAfterTheWaitAndALittle()
    {
        var agent = new StubAgent(static path => path.Contains("index=", StringComparison.Ordinal)
            ? StubAnswer.List(8) with { After = new TaskCompletionSource().Task }
            : path[0] == 'h' ? StubAnswer.List(7, "a") : StubAnswer.NotFound);
        await using var registry = new ConsulRegistry(agent.Options with { WaitTime = TimeSpan.FromSeconds(1) });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var (took, error) = await Wait.MeasureAsync(() => watch.MoveNextAsync().AsTask());
        Assert.IsType<RegistryException>(error);
        // 17/16 of the wait and two seconds.
        Assert.InRange(took, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Errors_OfTheAgent_AreCutToALine()
    {
        var agent = new StubAgent(_ => new StubAnswer(HttpStatusCode.BadGateway, "first\nsecond" + new string('x', 10_000)));
        await using var registry = new ConsulRegistry(agent.Options);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.DoesNotContain('\n', error.Message);
        Assert.InRange(error.Message.Length, 10, 500);
    }

    // Answers lists in order, and the last one for ever after it was asked for once, when nobody waits for it any more.
    private static StubAgent Watched(params StubAnswer[] lists)
    {
        var next = 0;
        return new StubAgent(path => path.StartsWith("health/service/", StringComparison.Ordinal)
            ? lists[Math.Min(Interlocked.Increment(ref next), lists.Length) - 1]
            : StubAnswer.NotFound);
    }

    private static Task<bool> NextAsync(IAsyncEnumerator<ServiceCatalog> watch) => watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

    private static ServiceRegistration Registration() =>
        new(new ServiceInstance("orders", "a", "10.0.0.5", 80), "owner", TimeSpan.FromMinutes(1), "");
}
