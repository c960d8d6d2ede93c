using System.Collections.Concurrent;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>What an agent of its own does to keepers, watchers and callers when it dies, forgets or hangs.</summary>
public sealed class ConsulFaultTests
{
    private static readonly RegistrationOptions Keeping = new() { TimeToLive = TimeSpan.FromSeconds(3) };

    private static readonly TimeSpan BackWithin = (Keeping.TimeToLive / 3) + TimeSpan.FromSeconds(1);

    static ConsulFaultTests() => MachineStalls.Observe();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keeper_AfterARestart_IsBackSoon(bool keepsData)
    {
        await using var server = await ConsulServer.StartAsync(durable: keepsData);
        await using var registry = Open(server);
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await server.Process.RestartAsync(keepsData);

        var took = await Wait.UntilAsync("registered again", async () => await IsListedAsync(server, "a"));
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin);
        await Wait.UntilAsync("the keeper knows", () => keeper.State == RegistrationState.Registered);
    }

    [Theory]
    [InlineData("wipe")]
    [InlineData("revoke")]
    [InlineData("uncheck")]
    public async Task Keeper_AfterAFaultOfTheAgent_IsBackSoon(string fault)
    {
        await using var server = await ConsulServer.StartAsync();
        await using var registry = Open(server);
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await server.Faults.Single(f => f.Name == fault).InjectAsync();

        var took = await Wait.UntilAsync("registered again", async () => await IsListedAsync(server, "a"));
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin);
    }

    [Theory]
    [InlineData("wipe")]
    [InlineData("revoke")]
    [InlineData("uncheck")]
    public async Task Entry_AfterAFaultOfTheAgent_IsNoLongerListed_NorDeparted(string fault)
    {
        await using var server = await ConsulServer.StartAsync();
        await using var registry = Open(server);
        var held = await registry.RegisterAsync(Instance("a"), Terms("o"), default);
        await server.Faults.Single(f => f.Name == fault).InjectAsync();
        await Wait.UntilAsync("gone", async () => (await registry.DiscoverAsync("orders", default)).Instances.IsEmpty);
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Departed);
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(held, default));
    }

    [Fact]
    public async Task Watcher_AfterARestart_Converges()
    {
        await using var server = await ConsulServer.StartAsync();
        await using var registry = Open(server);
        var ids = new ConcurrentQueue<string>();
        var last = "";
        // Enough changes before, that the index after the restart is lower for sure.
        for (var i = 0; i < 10; i++) await registry.RegisterAsync(Instance("before").WithWeight(i), Terms("o"), default);
        await using var watcher = new CatalogWatcher(
            registry, "orders", c => ids.Enqueue(last = string.Join(',', c.Instances.Select(static i => i.Id))));
        await Wait.UntilAsync("the first instance", () => last == "before");
        await server.Process.RestartAsync(keepsData: false);
        await registry.RegisterAsync(Instance("before"), Terms("o"), default);
        await registry.RegisterAsync(Instance("later"), Terms("o"), default);

        await Wait.UntilAsync("both instances", () => last == "before,later", TimeSpan.FromSeconds(30));
        // The empty agent in between was never believed.
        Assert.DoesNotContain("", ids);
    }

    [Fact]
    public async Task Calls_ToAFrozenAgent_EndByTheirDeadline()
    {
        await using var server = await ConsulServer.StartAsync();
        var registry = new ConsulRegistry(
            new ConsulRegistryOptions { Address = server.Address, RequestTimeout = TimeSpan.FromSeconds(1), WaitTime = TimeSpan.FromSeconds(1) });
        var held = await registry.RegisterAsync(Instance("a"), Terms("o"), default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        server.Process.Freeze();

        Func<Task>[] calls =
        [
            async () => await registry.DiscoverAsync("orders", default), async () => await registry.RegisterAsync(Instance("b"), Terms("o"), default),
            async () => await registry.RenewAsync(held, default), async () => await watch.MoveNextAsync(),
        ];
        var ended = await Task.WhenAll(calls.Select(Wait.MeasureAsync));
        Assert.All(ended, static e => Assert.IsType<RegistryException>(e.Error));
        // Who shares a connection with a call that has met its deadline may end with that one.
        Assert.InRange(ended.Max(static e => e.Took), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(8));

        var (leaving, refusal) = await Wait.MeasureAsync(async () => await registry.DeregisterAsync(held, default));
        Assert.IsType<RegistryException>(refusal);
        Assert.InRange(leaving, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(6));
        var (closing, problem) = await Wait.MeasureAsync(() => registry.DisposeAsync().AsTask());
        Assert.Null(problem);
        Assert.InRange(closing, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Freeze_LongerThanTheLives_EndsWithAllBack_AndWatchersKeptThem()
    {
        await using var server = await ConsulServer.StartAsync();
        await using var registry = Open(server);
        var keepers = Enumerable.Range(0, 10).Select(i => new RegistrationKeeper(registry, Instance($"i{i}"), options: Keeping)).ToArray();
        foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync();
        var told = new ConcurrentQueue<int>();
        await using var watcher = new CatalogWatcher(registry, "orders", c => told.Enqueue(c.Instances.Length));
        await Wait.UntilAsync("all ten", () => told.LastOrDefault() == 10);
        told.Clear();
        server.Process.Freeze();
        await Task.Delay(Keeping.TimeToLive * 2);
        server.Process.Thaw();

        var took = await Wait.UntilAsync("all back", async () =>
            (await registry.DiscoverAsync("orders", default)).Instances.Length == 10 && keepers.All(static k => k.State == RegistrationState.Registered));
        // The last request before the thaw may have to reach its deadline first.
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin + (Keeping.TimeToLive / 4));
        // Consul called most of them dead at the thaw; the watcher knew better than to believe a mass death.
        Assert.DoesNotContain(told, static count => count < 5);
        foreach (var keeper in keepers) await keeper.DisposeAsync();
    }

    [Fact]
    public async Task Goodbye_WaitsForTheWriteUnderWay()
    {
        await using var server = await ConsulServer.StartAsync();
        var slow = new SlowWrites();
        await using var registry = new ConsulRegistry(new ConsulRegistryOptions { Address = server.Address, MessageHandler = slow });
        var writing = registry.RegisterAsync(Instance("a"), Terms("o"), default).AsTask();
        await slow.Started.Task;
        var leaving = registry.DeregisterAsync(new ServiceRegistration(Instance("a"), "o", TimeSpan.FromMinutes(1), ""), default).AsTask();
        // That nothing happens takes a span to see: one that does not wait is over long before.
        Assert.NotSame(leaving, await Task.WhenAny(leaving, Task.Delay(TimeSpan.FromSeconds(1))));
        slow.GoOn.SetResult();
        await writing;
        await leaving;
        var catalog = await registry.DiscoverAsync("orders", default);
        Assert.Empty(catalog.Instances);
        Assert.Equal("a", Assert.Single(catalog.Departed));
    }

    [Fact]
    public async Task WriteThatWasGivenUp_AndComesAfterTheGoodbye_ShowsNobody()
    {
        await using var server = await ConsulServer.StartAsync();
        var slow = new SlowWrites();
        await using var registry = new ConsulRegistry(new ConsulRegistryOptions { Address = server.Address, MessageHandler = slow });
        using var giveUp = new CancellationTokenSource();
        var writing = registry.RegisterAsync(Instance("a"), Terms("o"), giveUp.Token).AsTask();
        await slow.Started.Task;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await registry.DeregisterAsync(new ServiceRegistration(Instance("a"), "o", TimeSpan.FromMinutes(1), ""), default);
        slow.GoOn.SetResult();
        await Wait.UntilAsync("the late write", async () => await IsListedAsync(server, "a"));

        var catalog = await registry.DiscoverAsync("orders", default);
        Assert.Empty(catalog.Instances);
        Assert.Equal("a", Assert.Single(catalog.Departed));
    }

    [Fact]
    public async Task Watches_BeyondWhatAnAgentAllows_TakeTurns()
    {
        const int services = 250;
        await using var server = await ConsulServer.StartAsync();
        await using var registry = new ConsulRegistry(new ConsulRegistryOptions { Address = server.Address, RequestTimeout = TimeSpan.FromSeconds(20) });
        var told = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentQueue<Exception>();
        var environment = ServiceEnvironment.Create(new Failures(failures));
        var watchers = Enumerable.Range(0, services).Select(i => new CatalogWatcher(
            registry, $"s{i}", c => told[c.Service] = c.Instances.Length, environment)).ToArray();
        await Wait.UntilAsync("the first catalogs", () => told.Count == services, TimeSpan.FromSeconds(40));
        foreach (var i in new[] { 0, 99, 100, 199, 200, services - 1 })
        {
            await registry.RegisterAsync(new ServiceInstance($"s{i}", "a", "10.0.0.5", 80), Terms("o"), default);
            await Wait.UntilAsync($"the change of s{i}", () => told[$"s{i}"] == 1, TimeSpan.FromSeconds(40));
        }

        Assert.Empty(failures);
        foreach (var watcher in watchers) await watcher.DisposeAsync();
    }

    private static ConsulRegistry Open(ConsulServer server) => new(new ConsulRegistryOptions { Address = server.Address });

    private static ServiceInstance Instance(string id) => new("orders", id, "10.0.0.5", 8080);

    private static RegistrationTerms Terms(string owner) => new(owner, TimeSpan.FromMinutes(1), TakeOver: true);

    // As any other program sees it, so that what is measured is the keeper's doing. An agent in -dev mode writes JSON for people.
    private static async Task<bool> IsListedAsync(ConsulServer server, string id) =>
        (await server.SendAsync(HttpMethod.Get, "health/service/orders?passing=1")).Replace(" ", "", StringComparison.Ordinal)
            .Contains($"\"ha_id\":\"{id}\"", StringComparison.Ordinal);

    private sealed class Failures(ConcurrentQueue<Exception> all) : ServiceEventListener
    {
        public override void OnRegistryFailed(string service, Exception error, TimeSpan retryIn) => all.Enqueue(error);
    }

    /// <summary>Holds back registrations on their way, and sends them even when nobody waits any more.</summary>
    private sealed class SlowWrites() : DelegatingHandler(new SocketsHttpHandler())
    {
        internal TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/agent/service/register", StringComparison.Ordinal))
                return await base.SendAsync(request, cancellationToken);
            // Whoever gives up disposes the request.
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            using var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
            Started.TrySetResult();
            await GoOn.Task;
            return await base.SendAsync(copy, CancellationToken.None);
        }
    }
}
