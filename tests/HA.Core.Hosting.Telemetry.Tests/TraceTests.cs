using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using HA.Core.Hosting.Telemetry;
using HA.Core.Http;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Tests;

public class TraceTests
{
    [Fact]
    public async Task Call_ThatSucceeds_HasOneAttemptBelowIt()
    {
        await using var shop = Program("trace-one", static (_, _) => Answer(HttpStatusCode.OK));
        using var spans = new Spans("trace-one");
        await shop.GetAsync();
        var attempt = Assert.Single(spans.Attempts);
        Assert.Equal(("HA call trace-one", ActivityKind.Internal), (spans.Call.OperationName, spans.Call.Kind));
        Assert.Equal(("HA attempt trace-one", ActivityKind.Internal), (attempt.OperationName, attempt.Kind));
        Assert.Equal((spans.Call.SpanId, spans.Call.TraceId), (attempt.ParentSpanId, attempt.TraceId));
        Assert.Equal(
            "service.peer.name=trace-one http.request.method=GET hacore.outcome=success hacore.attempt.count=1 http.response.status_code=200",
            Tags(spans.Call));
        Assert.Matches(
            "^service.peer.name=trace-one server.address=10.0.0.[56] server.port=8[12] hacore.endpoint.id=[^ ]+ hacore.attempt.kind=initial "
            + "hacore.outcome=success http.response.status_code=200$", Tags(attempt));
        Assert.Equal(ActivityStatusCode.Unset, attempt.Status);
    }

    [Fact]
    public async Task Call_ThatRecovers_ShowsEachAttemptUnderOneCall()
    {
        var sent = 0;
        await using var shop = Program(
            "trace-retry", (_, _) => Interlocked.Increment(ref sent) == 1 ? Answer(HttpStatusCode.InternalServerError) : Answer(HttpStatusCode.OK));
        using var spans = new Spans("trace-retry");
        await shop.GetAsync();
        Assert.Equal(2, spans.Attempts.Length);
        Assert.All(spans.Attempts, a => Assert.Equal(spans.Call.SpanId, a.ParentSpanId));
        var (first, second) = (spans.Attempts[0], spans.Attempts[1]);
        Assert.Equal(("initial", null, "failure", "500"), Short(first));
        Assert.Equal(("retry", 1, "success", null), Short(second));
        Assert.Equal(ActivityStatusCode.Error, first.Status);
        Assert.NotEqual(first.GetTagItem("server.port"), second.GetTagItem("server.port"));
        Assert.Equal(("recovered", 2, null), (spans.Call.GetTagItem("hacore.outcome"), spans.Call.GetTagItem("hacore.attempt.count"),
            spans.Call.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Call_ThatNobodyAnswers_SaysWhy()
    {
        await using var shop = Program("trace-dead", static (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var spans = new Spans("trace-dead");
        await Assert.ThrowsAsync<FailoverException>(shop.GetAsync);
        Assert.Equal(("exhausted", "HA.Core.Http.FailoverException"), (spans.Call.GetTagItem("hacore.outcome"), spans.Call.GetTagItem("error.type")));
        Assert.Equal(ActivityStatusCode.Error, spans.Call.Status);
        Assert.All(spans.Attempts, static a => Assert.Equal("System.Net.Http.HttpRequestException", a.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Call_ThatItsCallerGaveUp_IsNoError()
    {
        using var giveUp = new CancellationTokenSource();
        await using var shop = Program("trace-cancel", async (_, token) =>
        {
            giveUp.Cancel();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("unreachable");
        });
        using var spans = new Spans("trace-cancel");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shop.GetAsync(giveUp.Token));
        Assert.Equal(("cancelled", ActivityStatusCode.Unset), (spans.Call.GetTagItem("hacore.outcome"), spans.Call.Status));
        Assert.Equal("ignored", Assert.Single(spans.Attempts).GetTagItem("hacore.outcome"));
    }

    [Fact]
    public async Task Call_WhoseHandlerThrows_EndsItsSpans()
    {
        await using var shop = Program("trace-throws", static (_, _) => throw new InvalidOperationException("no token"));
        using var spans = new Spans("trace-throws");
        await Assert.ThrowsAsync<InvalidOperationException>(shop.GetAsync);
        Assert.Equal("System.InvalidOperationException", Assert.Single(spans.Attempts).GetTagItem("error.type"));
        Assert.Equal(("exhausted", "System.InvalidOperationException"), (spans.Call.GetTagItem("hacore.outcome"), spans.Call.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Attempts_ThatAreHedged_AreSiblings()
    {
        var slow = 0;
        var sent = 0;
        var isSlow = false;
        await using var shop = Program(
            "trace-hedge",
            async (_, token) =>
            {
                sent++;
                if (!isSlow) return await Answer(HttpStatusCode.OK);
                // The first of the call that counts hangs until it is given up.
                if (Interlocked.Increment(ref slow) == 1) await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return await Answer(HttpStatusCode.OK);
            },
            ("HA:Defaults:Call:Hedging", "true"), ("HA:Defaults:Call:AttemptTimeout", "60s"), ("HA:Defaults:Call:Deadline", "60s"));
        // What calls usually take is known after a second.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(1.5) || sent < 300;) await shop.GetAsync();
        isSlow = true;
        using var spans = new Spans("trace-hedge");
        await shop.GetAsync();
        // The one that lost ends when it has taken notice.
        await Wait.UntilAsync("both have ended", () => spans.Attempts.Length == 2);
        Assert.All(spans.Attempts, a => Assert.Equal(spans.Call.SpanId, a.ParentSpanId));
        Assert.Equal(("initial", null, "ignored", null), Short(spans.Attempts[0]));
        Assert.Equal(("hedge", 1, "success", null), Short(spans.Attempts[1]));
        Assert.Equal("success", spans.Call.GetTagItem("hacore.outcome"));
    }

    [Fact]
    public async Task Handler_BelowAnAttempt_SeesItAsTheAmbientOne()
    {
        var ambient = new ConcurrentQueue<string?>();
        await using var shop = Program("trace-ambient", (_, _) =>
        {
            ambient.Enqueue(Activity.Current?.OperationName);
            return ambient.Count == 1 ? Answer(HttpStatusCode.BadGateway) : Answer(HttpStatusCode.OK);
        });
        using var spans = new Spans("trace-ambient");
        using var own = new Activity("own").Start();
        await shop.GetAsync();
        Assert.Equal(["HA attempt trace-ambient", "HA attempt trace-ambient"], ambient);
        Assert.Same(own, Activity.Current);
        Assert.Equal(own.SpanId, spans.Call.ParentSpanId);
    }

    [Fact]
    public async Task Call_WhileNobodyListens_CarriesNoTrace()
    {
        HttpRequestMessage? seen = null;
        await using var shop = Program("trace-none", (request, _) =>
        {
            seen = request;
            return Answer(HttpStatusCode.OK);
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/items/1");
        using var response = await shop.Client.SendAsync(request);
        // Other tests of this assembly may listen at the same moment; then there is a follower, and nothing to learn here.
        if (!CallTrace.Source.HasListeners()) Assert.False(seen!.Options.TryGetValue(FailoverRequestOptions.Follower, out _));
        Assert.Null(Activity.Current);
    }

    private static (object? Kind, object? Resend, object? Outcome, object? Error) Short(Activity a) =>
        (a.GetTagItem("hacore.attempt.kind"), a.GetTagItem("http.request.resend_count"), a.GetTagItem("hacore.outcome"), a.GetTagItem("error.type"));

    private static string Tags(Activity activity) => string.Join(' ', activity.TagObjects.Select(static t => $"{t.Key}={t.Value}"));

    private static Task<HttpResponseMessage> Answer(HttpStatusCode status) => Task.FromResult(new HttpResponseMessage(status));

    private static Traced Program(
        string service, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> network, params (string Key, string? Value)[] values)
    {
        var services = Shop.Services(Shop.Configuration(
            [($"Services:{service}:http:0", "10.0.0.5:81"), ($"Services:{service}:http:1", "10.0.0.6:82"), ("HA:Defaults:Balancer", "round-robin"), .. values]));
        services.AddHighAvailability().AddStaticRegistry();
        services.AddHttpClient("traced").ConfigurePrimaryHttpMessageHandler(() => new Network(network)).AddHighAvailability(service);
        return new Traced(services.BuildServiceProvider());
    }

    private sealed class Traced(ServiceProvider provider) : IAsyncDisposable
    {
        internal HttpClient Client { get; } = provider.GetRequiredService<IHttpClientFactory>().CreateClient("traced");

        public ValueTask DisposeAsync() => provider.DisposeAsync();

        internal Task GetAsync() => GetAsync(CancellationToken.None);

        internal async Task GetAsync(CancellationToken cancellationToken)
        {
            using var response = await Client.GetAsync("/items/1", cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    private sealed class Network(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
