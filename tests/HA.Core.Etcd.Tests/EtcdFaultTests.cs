using System.Collections.Concurrent;
using System.Diagnostics;
using HA.Core.Registry;
using HA.Core.Servers;
using Xunit.Abstractions;

namespace HA.Core.Etcd.Tests;

/// <summary>What a server of its own does to keepers, watchers and callers when it dies, forgets or hangs.</summary>
public sealed class EtcdFaultTests(ITestOutputHelper output)
{
    private static readonly RegistrationOptions Keeping = new() { TimeToLive = TimeSpan.FromSeconds(3) };

    // A third of the time to live and a second; the rest is for a busy machine.
    private static readonly TimeSpan BackWithin = (Keeping.TimeToLive / 3) + TimeSpan.FromSeconds(1);

    static EtcdFaultTests() => MachineStalls.Observe();

    [Theory]
    [InlineData("3.4", true)]
    [InlineData("3.5", true)]
    [InlineData("3.4", false)]
    [InlineData("3.5", false)]
    public async Task Restart_WithOrWithoutData_LosesNobodyForLong(string version, bool keepsData)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await using var registry = Open(server);
        var counts = new ConcurrentQueue<int>();
        await using var watcher = new CatalogWatcher(registry, "orders", c => counts.Enqueue(c.Instances.Length));
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await Wait.UntilAsync("the instance", () => counts.LastOrDefault() == 1);
        await server.Process.RestartAsync(keepsData);

        var took = await Wait.UntilAsync("registered", async () => await IsThereAsync(server, "a"));
        output.WriteLine($"registered again {took.TotalSeconds:f2} s after the server was back");
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin + TimeSpan.FromSeconds(1));
        await using var other = Open(server);
        await other.RegisterAsync(Instance("b"), Terms(), default);
        await Wait.UntilAsync("both instances", () => counts.Last() == 2);
        // The empty server in between was never believed.
        Assert.DoesNotContain(0, counts.Skip(1));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Dead_AreRemovedWithinTheBound(string version)
    {
        const int count = 20;
        await using var server = await EtcdServer.StartAsync(version);
        await using var registry = Open(server);
        var clock = Stopwatch.StartNew();
        var due = new Dictionary<string, TimeSpan>();
        for (var i = 0; i < count; i++)
        {
            var asked = clock.Elapsed;
            var held = await registry.RegisterAsync(Instance($"i{i}"), Terms() with { TimeToLive = TimeSpan.FromSeconds(2) }, default);
            due[$"i{i}"] = asked + held.TimeToLive;
            await Task.Delay(25);
        }

        var late = new List<double>();
        await foreach (var catalog in registry.WatchAsync("orders", default))
        {
            var now = clock.Elapsed;
            foreach (var id in due.Keys.Except(catalog.Instances.Select(static i => i.Id)).ToArray())
            {
                Assert.Empty(catalog.Departed);
                late.Add((now - due[id]).TotalMilliseconds);
                due.Remove(id);
            }

            if (due.Count == 0) break;
        }

        output.WriteLine($"told {late.Min():f0} to {late.Max():f0} ms after the end of the time to live");
        Assert.InRange(late.Min(), 0, double.MaxValue);
        // The bound itself is a law's to hold; here a busy machine may be late.
        Assert.InRange(late.Max(), 0, registry.Capabilities.RemovalLatency.TotalMilliseconds + 2000);
    }

    [Fact]
    public async Task Change_ReachesAWatchAtOnce()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = Open(server);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var took = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var next = watch.MoveNextAsync().AsTask();
            var clock = Stopwatch.StartNew();
            var registering = registry.RegisterAsync(Instance("a").WithWeight(i), Terms(), default);
            Assert.True(await next);
            took.Add(clock.Elapsed.TotalMilliseconds);
            await registering;
            Assert.Equal(i, watch.Current.Instances.Single().Weight);
        }

        took.Sort();
        output.WriteLine($"from register to watch: {took[100]:f2} ms at the median, {took[197]:f2} ms at the 99th percentile");
    }

    [Theory]
    [InlineData("wipe")]
    [InlineData("revoke")]
    [InlineData("compact")]
    public async Task Fault_OfAServerThatStaysUp_IsHealedByTheKeeper(string name)
    {
        await using var server = await EtcdServer.StartAsync(name == "revoke" ? "3.4" : "3.5");
        await using var registry = Open(server);
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await server.Faults.Single(f => f.Name == name).InjectAsync();

        var took = await Wait.UntilAsync("registered", async () => await IsThereAsync(server, "a"));
        output.WriteLine($"registered again {took.TotalSeconds:f2} s after '{name}'");
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin);
    }

    [Fact]
    public async Task Key_DeletedUnderALivingLease_IsLost()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = Open(server);
        var held = await registry.RegisterAsync(Instance("a"), Terms(), default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        await server.DeleteAsync("ha/services/orders/instances/a");
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(held, default));
        await registry.RegisterAsync(Instance("a"), Terms() with { TakeOver = false }, default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
    }

    [Fact]
    public async Task Lease_ThatIsGoneUnderALivingKey_IsLost()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = Open(server);
        var held = await registry.RegisterAsync(Instance("a"), Terms(), default);
        // The lease goes, and the key comes back as it was: as after a restore from a backup.
        var value = (await server.FindAsync("ha/")).Values.Single();
        await server.RevokeAsync(long.Parse(held.Lease));
        await server.PutAsync("ha/services/orders/instances/a", value);
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(held, default));
        await registry.RegisterAsync(Instance("a"), Terms() with { TakeOver = false }, default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Compaction_OfWhatAWatchNeeds_IsReadAnew(string version)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await using var registry = Open(server);
        await registry.RegisterAsync(Instance("gone"), Terms(), default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        await server.DeleteAsync("ha/services/orders/instances/gone");
        await registry.RegisterAsync(Instance("new"), Terms(), default);
        await server.CompactAsync();

        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(["new"], watch.Current.Instances.Select(static i => i.Id));
        await registry.RegisterAsync(Instance("newer"), Terms(), default);
        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(["new", "newer"], watch.Current.Instances.Select(static i => i.Id));
    }

    [Fact]
    public async Task Change_BetweenReadingAndWatching_IsNotMissed()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = Open(server);
        for (var i = 0; i < 20; i++)
        {
            await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
            Assert.True(await watch.MoveNextAsync());
            var before = watch.Current.Instances.Length;
            await registry.RegisterAsync(Instance($"i{i}"), Terms(), default);
            Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal(before + 1, watch.Current.Instances.Length);
        }
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task History_ThatWentBack_EndsTheWatch(string version)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await using var registry = Open(server);
        for (var i = 0; i < 5; i++) await registry.RegisterAsync(Instance($"i{i}"), Terms(), default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        await server.Process.RestartAsync(keepsData: false);

        await Assert.ThrowsAsync<EtcdResetException>(() => watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        // The stream goes on for others.
        await using var again = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await again.MoveNextAsync());
        Assert.Empty(again.Current.Instances);
        await registry.RegisterAsync(Instance("new"), Terms(), default);
        Assert.True(await again.MoveNextAsync());
        Assert.Single(again.Current.Instances);
    }

    [Fact]
    public async Task Calls_ToAFrozenServer_EndByTheirDeadline()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        var (timeout, liveness) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5));
        var registry = new EtcdRegistry(
            new EtcdRegistryOptions { Endpoints = [server.Address], RequestTimeout = timeout, LivenessInterval = liveness });
        var held = await registry.RegisterAsync(Instance("a"), Terms(), default);
        await registry.RenewAsync(held, default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await Wait.UntilAsync("a watch", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 1);
        server.Process.Freeze();

        Func<Task>[] calls =
        [
            async () => await registry.DiscoverAsync("orders", default), async () => await registry.RenewAsync(held, default),
            async () => await registry.RegisterAsync(Instance("b"), Terms(), default), async () => await registry.DeregisterAsync(held, default),
            () => next,
        ];
        var ended = await Task.WhenAll(calls.Select(Wait.MeasureAsync));
        Assert.All(ended, static e => Assert.IsType<RegistryException>(e.Error));
        // Who shares a connection with a call that has met its deadline may end with that one.
        Assert.InRange(ended.Max(static e => e.Took), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(5));

        var (closing, problem) = await Wait.MeasureAsync(() => registry.DisposeAsync().AsTask());
        Assert.Null(problem);
        Assert.InRange(closing, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Freeze_LongerThanTheLives_BringsEverybodyBack()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await using var registry = Open(server);
        var keepers = Enumerable.Range(0, 10).Select(i => new RegistrationKeeper(registry, Instance($"i{i}"), options: Keeping)).ToArray();
        await using var _ = new Disposables(keepers);
        foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync();
        var last = 0;
        await using var watcher = new CatalogWatcher(registry, "orders", c => last = c.Instances.Length);
        await Wait.UntilAsync("all ten", () => last == 10);
        server.Process.Freeze();
        await Wait.UntilAsync("nobody is renewed", () => keepers.All(static k => k.State == RegistrationState.Lost));
        await Task.Delay(Keeping.TimeToLive);
        server.Process.Thaw();

        // etcd ends the leases of all of them when it wakes; each is made again.
        var took = await Wait.UntilAsync("all ten are back", async () =>
            keepers.All(static k => k.State == RegistrationState.Registered)
            && (await server.FindAsync("ha/services/orders/instances/")).Count == 10 && last == 10);
        output.WriteLine($"all back {took.TotalSeconds:f2} s after the thaw");
    }

    [Fact]
    public async Task Connection_ThatGoesSilent_IsLeftForANewOne()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions
        {
            Endpoints = [$"http://{proxy.Address}"],
            RequestTimeout = TimeSpan.FromSeconds(1),
            LivenessInterval = TimeSpan.FromSeconds(0.3),
        });
        var held = await registry.RegisterAsync(Instance("a"), Terms(), default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await Wait.UntilAsync("a watch", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 1);
        proxy.Silence();

        // The watch notices by itself.
        var (took, error) = await Wait.MeasureAsync(() => next);
        Assert.IsType<RegistryException>(error);
        Assert.InRange(took, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        Assert.Single((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Fact]
    public async Task Renewal_OnAConnectionThatIsSilent_WorksTheNextTime()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://{proxy.Address}"] });
        var held = await registry.RegisterAsync(Instance("a"), Terms(), default);
        proxy.Silence();
        // As a keeper does, whose own deadline is the shorter one.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(0.75));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await registry.RenewAsync(held, patience.Token));
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
    }

    [Fact]
    public async Task Member_ThatDoesNotAnswer_IsPassedOverWithinTheSameCall()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var frozen = await EtcdServer.StartAsync("3.4");
        frozen.Process.Freeze();
        // Whichever is first.
        for (var i = 0; i < 4; i++)
        {
            await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [frozen.Address, server.Address] });
            Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
        }
    }

    [Fact]
    public async Task QuietWatch_IsKeptOpen()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await using var registry = new EtcdRegistry(
            new EtcdRegistryOptions { Endpoints = [server.Address], LivenessInterval = TimeSpan.FromSeconds(0.1) });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.False(next.IsCompleted);
        await registry.RegisterAsync(Instance("a"), Terms(), default);
        Assert.True(await next);
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Leader_ThatIsKilled_CostsNoRegistration(string version)
    {
        await using var cluster = await EtcdCluster.StartAsync(version);
        var options = new EtcdRegistryOptions { Endpoints = [.. cluster.Addresses] };
        await using var registry = new EtcdRegistry(options);
        var registrations = Enumerable.Range(0, 10).Select(i => new RegistrationKeeper(registry, Instance($"i{i}"), options: Keeping)).ToArray();
        await using var keepers = new Disposables(registrations);
        foreach (var keeper in registrations) await keeper.WaitUntilRegisteredAsync();
        var counts = new ConcurrentQueue<int>();
        await using var watcher = new CatalogWatcher(registry, "orders", c => counts.Enqueue(c.Instances.Length));
        await Wait.UntilAsync("all ten", () => counts.LastOrDefault() == 10);
        var dead = await cluster.KillLeaderAsync();

        await using var reader = new EtcdRegistry(options);
        var took = await Wait.UntilAsync("a write", async () =>
            await Record.ExceptionAsync(async () => await reader.RegisterAsync(Instance("late"), Terms(), default)) is null);
        output.WriteLine($"written again {took.TotalSeconds:f2} s after the leader was killed");
        await Wait.UntilAsync("eleven", () => counts.LastOrDefault() == 11);
        await Wait.UntilAsync("all renewed", () => registrations.All(static k => k.State == RegistrationState.Registered));
        Assert.DoesNotContain(counts, static c => c is > 0 and < 10);
        Assert.Equal(11, (await reader.DiscoverAsync("orders", default)).Instances.Length);

        await dead.Process.RestartAsync(keepsData: true);
        await Wait.UntilAsync("three members", async () =>
            await Record.ExceptionAsync(async () => await dead.FindAsync("ha/")) is null);
    }

    [Fact]
    public async Task Quorum_ThatIsLost_EndsTheWatch()
    {
        await using var cluster = await EtcdCluster.StartAsync("3.5");
        var survivor = cluster.Members[0];
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions
        {
            Endpoints = [survivor.Address],
            LivenessInterval = TimeSpan.FromSeconds(20),
            RequestTimeout = TimeSpan.FromSeconds(1),
        });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await Wait.UntilAsync("a watch", async () => await survivor.MetricAsync("etcd_debugging_mvcc_watcher_total") == 1);
        await cluster.Members[1].Process.KillAsync();
        await cluster.Members[2].Process.KillAsync();

        var (took, error) = await Wait.MeasureAsync(() => next);
        output.WriteLine($"the watch ended {took.TotalSeconds:f2} s after the quorum was lost");
        Assert.Contains("no leader", Assert.IsType<RegistryException>(error).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        await cluster.Members[1].Process.RestartAsync(keepsData: true);
        await Wait.UntilAsync("an answer", async () =>
            await Record.ExceptionAsync(async () => await registry.DiscoverAsync("orders", default)) is null);
    }

    private static EtcdRegistry Open(EtcdServer server) => new(new EtcdRegistryOptions { Endpoints = [server.Address] });

    private static ServiceInstance Instance(string id) => new("orders", id, "10.0.0.5", 8080);

    private static RegistrationTerms Terms() => new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    // Asked of the server itself, so that what is measured is the keeper's, not a reader's.
    private static async Task<bool> IsThereAsync(EtcdServer server, string id) =>
        (await server.FindAsync("ha/services/orders/instances/")).ContainsKey($"ha/services/orders/instances/{id}");
}
