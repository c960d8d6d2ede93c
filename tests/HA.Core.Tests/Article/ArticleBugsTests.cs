using System.Net;
using HA.Core.Calls;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Tests.TimeTests;
using HA.Core.Time;

namespace HA.Core.Tests.Article;

/// <summary>The bugs of the article that this house began with, each by its name. None of them can happen here.</summary>
public sealed class ArticleBugsTests
{
    [Fact]
    public void Deregistering_ReallyDeletes() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);
        Assert.NotNull(await registry.FindAsync("orders-1"));
        await keeper.DisposeAsync();
        Assert.Null(await registry.FindAsync("orders-1"));
    });

    [Fact]
    public void EachRegistration_HasItsOwnLease() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var first = RegistrationKeeperTimeTests.Keep(stage, registry, 1);
        var second = RegistrationKeeperTimeTests.Keep(stage, registry, 2);
        await stage.AdvanceAsync(60);
        await second.DisposeAsync();
        await stage.AdvanceAsync(60);
        Assert.NotNull(await registry.FindAsync("orders-1"));
        Assert.Null(await registry.FindAsync("orders-2"));
    });

    [Fact]
    public void LostLease_IsRegisteredAgain() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(10);
        registry.IsDown = true;
        await stage.AdvanceAsync(60);
        Assert.Null(await registry.FindAsync("orders-1"));
        registry.IsDown = false;
        await stage.AdvanceAsync(6);
        Assert.NotNull(await registry.FindAsync("orders-1"));
    });

    [Fact]
    public void FullWatcher_StillSeesTheLastState() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await using var watch = registry.WatchAsync(Stage.Service, default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        for (var i = 1; i <= 10_000; i++)
            await registry.RegisterAsync(Stage.Instance(1).WithWeight(i), new RegistrationTerms("owner", TimeSpan.FromHours(1), i == 1), default);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(10_000, Assert.Single(watch.Current.Instances).Weight);
    });

    [Fact]
    public void FailedCall_IsRetriedElsewhere() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.Broken : AttemptStatus.Answered;
        Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.NotEqual(shop.Transport.Attempts[0].Id, shop.Transport.Attempts[1].Id, StringComparer.Ordinal);
    });

    [Fact]
    public void UnhealthyMark_IsClearedByEvidenceNotByTimeAlone() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        await shop.Pool.WaitForCatalogAsync(default);
        shop.Pool.MarkUnhealthy("orders-1");
        await stage.AdvanceAsync(TimeSpan.FromDays(1));
        var marked = shop.Pool.Snapshot.All[0];
        Assert.Equal(EndpointHealth.Probing, marked.Health);

        for (var i = 0; i < 50; i++) await shop.CallAsync();
        Assert.Equal(EndpointHealth.Healthy, marked.Health);
        Assert.Contains(stage.Journal.HealthChanges, static h => h is { Id: "orders-1", Health: EndpointHealth.Healthy, Reason: "calls succeeded" });
    });

    [Theory, InlineData("success"), InlineData("failure"), InlineData("cancellation"), InlineData("disposal")]
    public void InFlightCount_ReturnsToZero(string end) => Stage.Run(async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        var terms = new RegistrationTerms("owner", TimeSpan.FromHours(1), TakeOver: true);
        await registry.RegisterAsync(Stage.Instance(1), terms, default);
        var server = new SlowServer(stage) { Fails = end == "failure" };
        await using var client = new HaServiceClient(registry, environment: stage.Environment, transport: server);
        var pool = client.PoolOf(Stage.Service);
        using var stop = new CancellationTokenSource();

        var call = client.Http.GetAsync("http://orders/7", HttpCompletionOption.ResponseHeadersRead, stop.Token);
        await stage.AdvanceAsync(0.5);
        Assert.Equal(1, pool.Snapshot.All[0].InFlight);
        if (end == "cancellation")
        {
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        else if (end == "failure")
        {
            await Assert.ThrowsAsync<FailoverException>(() => call);
        }
        else
        {
            using var response = await call;
            // The body is still being read: the instance is busy with it.
            Assert.Equal(1, pool.Snapshot.All[0].InFlight);
            if (end == "success") Assert.Equal("body", await response.Content.ReadAsStringAsync());
            else response.Dispose();
        }

        Assert.Equal(0, pool.Snapshot.All[0].InFlight);
    });

    private sealed class SlowServer(Stage stage) : HttpMessageHandler
    {
        internal bool Fails { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await stage.Environment.Time.DelayAsync(TimeSpan.FromSeconds(1), cancellationToken);
            if (Fails) throw new HttpRequestException(HttpRequestError.ResponseEnded, "Connection reset.");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("body") };
        }
    }
}
