using System.Collections.Concurrent;
using HA.Core.Etcd.Grpc;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Etcd.Tests;

/// <summary>What is in etcd: what this registry leaves there, and what others wrote, by mistake or on purpose.</summary>
public sealed class EtcdDataTests(Etcd35Fixture etcd) : IClassFixture<Etcd35Fixture>
{
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    private EtcdRegistryOptions Options => new() { Endpoints = [etcd.Server.Address] };

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"owner\":\"o\"}")]
    [InlineData("{\"owner\":\"o\",\"instance\":null}")]
    [InlineData("{\"owner\":\"o\",\"instance\":{\"v\":2}}")]
    [InlineData("{\"owner\":1,\"instance\":GOOD}")]
    [InlineData("{\"instance\":GOOD}")]
    [InlineData("{\"owner\":\"o\",\"instance\":GOOD")]
    [InlineData("{\"owner\":\"o\",\"instance\":GOOD}x")]
    [InlineData("{\"owner\":\"o\",\"instance\":{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"a b\",\"port\":80}}")]
    [InlineData("{\"owner\":\"o\",\"instance\":{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"host\",\"port\":0}}")]
    [InlineData("{\"owner\":\"o\",\"instance\":{\"v\":1,\"service\":\"another\",\"id\":\"bad\",\"address\":\"host\",\"port\":80}}")]
    [InlineData("{\"owner\":\"o\",\"instance\":{\"v\":1,\"service\":\"SERVICE\",\"id\":\"good\",\"address\":\"host\",\"port\":80}}")]
    public async Task Entry_ThatIsPoison_IsSkippedAndCounted(string value)
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "good"), Terms, default);
        var good = $"{{\"v\":1,\"service\":\"{service}\",\"id\":\"bad\",\"address\":\"host\",\"port\":80}}";
        var text = value.Replace("GOOD", good, StringComparison.Ordinal).Replace("SERVICE", service, StringComparison.Ordinal);
        await etcd.Server.PutAsync($"ha/services/{service}/instances/bad", text);

        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Equal(["good"], catalog.Instances.Select(static i => i.Id));
        Assert.Equal((1L, 1), (registry.SkippedEntries, catalog.Unreadable));
    }

    [Theory]
    [InlineData("instances/")]
    [InlineData("instances/a/b")]
    [InlineData("instances/..")]
    [InlineData("instances/%61")]
    [InlineData("instances/a%2Fb")]
    [InlineData("departed/%00")]
    [InlineData("other")]
    public async Task Key_ThatIsNoneOfOurs_IsSkippedAndCounted(string key)
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        await etcd.Server.PutAsync($"ha/services/{service}/{key}", "{}");
        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Empty(catalog.Instances);
        Assert.Empty(catalog.Departed);
        Assert.Equal(1, registry.SkippedEntries);
    }

    [Fact]
    public async Task Poison_ThatComesToAWatch_LeavesTheRest()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        await using var watch = registry.WatchAsync(service, default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await etcd.Server.PutAsync($"ha/services/{service}/instances/bad", "{");
        await registry.RegisterAsync(Instance(service, "good"), Terms, default);
        while (watch.Current.Instances.IsEmpty) await watch.MoveNextAsync();
        Assert.Equal(["good"], watch.Current.Instances.Select(static i => i.Id));
        Assert.Equal(1, registry.SkippedEntries);
    }

    [Fact]
    public async Task Poison_IsPutInOrderByWhoeverRegisters()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        await etcd.Server.PutAsync($"ha/services/{service}/instances/a", "{");
        await registry.RegisterAsync(Instance(service, "a"), Terms with { TakeOver = false }, default);
        Assert.Single((await registry.DiscoverAsync(service, default)).Instances);
    }

    [Fact]
    public async Task Catalog_OfManyPages_IsComplete()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        const int count = 1203;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, token) =>
            await registry.RegisterAsync(Instance(service, $"i{i:d4}"), Terms, token));
        var ids = (await registry.DiscoverAsync(service, default)).Instances.Select(static i => i.Id).ToArray();
        Assert.Equal(Enumerable.Range(0, count).Select(static i => $"i{i:d4}"), ids);
    }

    [Fact]
    public async Task WriteThatComesLate_AfterTheGoodbye_WritesNothing()
    {
        await using var registry = new EtcdRegistry(Options);
        using var late = new EtcdClient(Options, ServiceEnvironment.System);
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held with { Lease = "" }, default);

        // What the registry would send for this owner, arriving only now.
        var keys = new ServiceKeys("ha", service);
        var request = EtcdRequests.Register(
            keys, "a", 0, EntryJson.Encode(Terms.Owner, held.Instance), keys.LeaseOf("a", Terms.Owner, 0));
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => late.CallAsync(EtcdMethods.Txn, request, default));
        Assert.Equal(GrpcException.NotFound, refusal.Code);
        Assert.Empty((await registry.DiscoverAsync(service, default)).Instances);
    }

    [Fact]
    public async Task WriteThatComesLate_AfterAnotherOwners_WritesNothing()
    {
        await using var registry = new EtcdRegistry(Options);
        using var late = new EtcdClient(Options, ServiceEnvironment.System);
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a", 1), Terms, default);
        var lease = long.Parse(held.Lease);
        await registry.RegisterAsync(Instance(service, "a", 2), Terms with { Owner = "another" }, default);

        var keys = new ServiceKeys("ha", service);
        var request = EtcdRequests.Register(keys, "a", 0, EntryJson.Encode(Terms.Owner, held.Instance), lease);
        Assert.False((await late.CallAsync(EtcdMethods.Txn, request, default)).Succeeded);
        Assert.Equal(2, (await registry.DiscoverAsync(service, default)).Instances.Single().Port);
    }

    [Fact]
    public async Task Goodbye_WithoutALease_RemovesAndSaysSo()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held with { Lease = "" }, default);
        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Empty(catalog.Instances);
        Assert.Equal("a", string.Join(',', catalog.Departed));
    }

    [Fact]
    public async Task Goodbye_ByAnotherOwner_RemovesNothing()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held with { Owner = "another", Lease = "" }, default);
        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Single(catalog.Instances);
        Assert.Empty(catalog.Departed);
    }

    [Fact]
    public async Task Goodbye_AfterTheLeaseOfTheMarksWasEnded_IsStillMarked()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        foreach (var id in (string[])["a", "b"])
        {
            var held = await registry.RegisterAsync(Instance("orders", id), Terms, default);
            await registry.DeregisterAsync(held, default);
            Assert.Contains(id, (await registry.DiscoverAsync("orders", default)).Departed);
            await server.Faults.Single(static f => f.Name == "revoke").InjectAsync();
        }
    }

    [Fact]
    public async Task RegisteringAndLeaving_AThousandTimes_LeavesNoLease()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, token) =>
        {
            var held = await registry.RegisterAsync(Instance("orders", $"i{i}"), Terms, token);
            await registry.DeregisterAsync(held, token);
        });

        // Those left are of the marks of departure, which share one for a while.
        var marks = await server.FindAsync("ha/services/orders/departed/");
        Assert.Equal(1000, marks.Count);
        Assert.Empty(await server.FindAsync("ha/services/orders/instances/"));
        Assert.InRange((await server.LeasesAsync()).Length, 1, 20);
    }

    [Fact]
    public async Task FencedRegistration_LeavesNoLease()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        await registry.RegisterAsync(Instance("orders", "a"), Terms, default);
        await Assert.ThrowsAsync<RegistrationFencedException>(async () =>
            await registry.RegisterAsync(Instance("orders", "a"), new RegistrationTerms("another", TimeSpan.FromMinutes(1), TakeOver: false), default));
        Assert.Single(await server.LeasesAsync());
    }

    [Fact]
    public async Task LongerTimeToLive_ForTheSameOwner_IsGivenAndCanBeRenewedAndLeft()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        var first = await registry.RegisterAsync(Instance("orders", "a"), Terms with { TimeToLive = TimeSpan.FromSeconds(10) }, default);
        var second = await registry.RegisterAsync(Instance("orders", "a"), Terms with { TimeToLive = TimeSpan.FromSeconds(40) }, default);
        Assert.Equal(TimeSpan.FromSeconds(40), second.TimeToLive);
        Assert.Equal(first.Instance.RegisteredAt, second.Instance.RegisteredAt);
        Assert.Single(await server.LeasesAsync());
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(first, default));
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(second, default));
        await registry.DeregisterAsync(first with { Lease = "" }, default);
        var catalog = await registry.DiscoverAsync("orders", default);
        Assert.Empty(catalog.Instances);
        Assert.Equal("a", string.Join(',', catalog.Departed));
        Assert.Single(await server.LeasesAsync());
    }

    [Fact]
    public async Task TimeToLive_IsWhatEtcdGrants()
    {
        // Its least is one and a half election timeouts.
        await using var server = await EtcdServer.StartAsync("3.4", "--election-timeout=5000", "--initial-election-tick-advance=true");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        var held = await registry.RegisterAsync(Instance("orders", "a"), Terms with { TimeToLive = TimeSpan.FromSeconds(2.5) }, default);
        Assert.Equal(TimeSpan.FromSeconds(8), held.TimeToLive);
    }

    [Fact]
    public async Task ManyWatchesAndLeases_UseOneConnectionAndOneStreamEach()
    {
        const int count = 60;
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://{proxy.Address}"] });
        var seen = new ConcurrentDictionary<string, int>();
        await using var watchers = new Disposables(Enumerable.Range(0, count).Select(i =>
            new CatalogWatcher(registry, $"s{i}", c => seen[c.Service] = c.Instances.Length)));
        var held = await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            registry.RegisterAsync(Instance($"s{i}", "a"), Terms, default).AsTask()));
        await Task.WhenAll(held.Select(r => registry.RenewAsync(r, default).AsTask()));

        await Wait.UntilAsync("every watch", () => seen.Count(static s => s.Value == 1) == count);
        Assert.Equal(1, proxy.Accepted);
        Assert.Equal(1, await server.MetricAsync(Started("Watch", "Watch")));
        Assert.Equal(1, await server.MetricAsync(Started("LeaseKeepAlive", "Lease")));
        Assert.Equal(count, await server.MetricAsync("etcd_debugging_mvcc_watcher_total"));
    }

    [Fact]
    public async Task WatchThatIsLeft_IsLeftAtTheServerToo()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        await using var staying = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await staying.MoveNextAsync();
        var next = staying.MoveNextAsync().AsTask();
        foreach (var service in (string[])["a", "b", "c"])
        {
            using var end = new CancellationTokenSource();
            await using var leaving = registry.WatchAsync(service, end.Token).GetAsyncEnumerator(end.Token);
            await leaving.MoveNextAsync();
            var more = leaving.MoveNextAsync().AsTask();
            await Wait.UntilAsync("two watches", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 2);
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
        }

        await Wait.UntilAsync("one watch", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 1);
        Assert.Equal(1, await server.MetricAsync("etcd_debugging_mvcc_watch_stream_total"));
        await registry.RegisterAsync(Instance("orders", "a"), Terms, default);
        Assert.True(await next);
    }

    [Fact]
    public async Task TwoOwners_OfOneId_NeverTakeTurns()
    {
        await using var registry = new EtcdRegistry(Options);
        await using var other = new EtcdRegistry(Options);
        var service = NewService();
        var timeToLive = TimeSpan.FromSeconds(2);
        var seen = await TwoOwners.ContendAsync(registry, other, port => Instance(service, "a", port), timeToLive, after: timeToLive);
        Assert.Equal(RegistrationState.Registered, seen.Second);
        Assert.Equal(1, seen.Changes);
    }

    [Fact]
    public async Task Services_WithSimilarNames_AreNotEvenRead()
    {
        await using var registry = new EtcdRegistry(Options);
        var service = NewService();
        await registry.RegisterAsync(Instance($"{service}2", "a"), Terms, default);
        await registry.RegisterAsync(Instance($"{service}-eu", "a"), Terms, default);
        Assert.Empty((await registry.DiscoverAsync(service, default)).Instances);
        Assert.Equal(0, registry.SkippedEntries);
    }

    [Fact]
    public void State_PassesOverWhatItKnows()
    {
        var keys = new ServiceKeys("ha", "orders");
        var state = new CatalogState(keys, 10, 1);
        Event[] old = [Change(keys, "old", 10)];
        Assert.False(state.Apply(old));
        // Several of one revision come together.
        Event[] both = [Change(keys, "a", 12), Change(keys, "b", 12)];
        Assert.True(state.Apply(both));
        Assert.False(state.Apply(both));
        var catalog = state.ToCatalog(out _);
        Assert.Equal(12, catalog.Revision);
        Assert.Equal("a,b", string.Join(',', catalog.Departed));
    }

    private static Event Change(ServiceKeys keys, string id, long revision) =>
        new() { Kv = new KeyValue { Key = keys.Departed(id), ModRevision = revision } };

    private static string Started(string method, string service) =>
        $"grpc_server_started_total{{grpc_method=\"{method}\",grpc_service=\"etcdserverpb.{service}\",grpc_type=\"bidi_stream\"}}";

    private static string NewService() => $"s{ServiceEnvironment.System.NewId()}";

    private static ServiceInstance Instance(string service, string id, int port = 8080) => new(service, id, "10.0.0.5", port);
}
