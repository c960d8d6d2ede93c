using System.Net;
using System.Text.Json.Serialization.Metadata;
using HA.Core.Calls;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public sealed class HaServiceClientBrokenBodyTests
{
    [Fact]
    public async Task Get_AnswerBreaksOffOnce_IsAskedAgain()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry);
        using var handler = new BreakingHandler(brokenAnswers: 1);
        await using var client = new HaServiceClient(registry, transport: handler);

        Assert.Equal(7, await client.GetAsync("orders", "7", Number, CancellationToken.None));
        Assert.Equal(2, handler.Requests);
    }

    [Fact]
    public async Task Get_AnswersKeepBreakingOff_TellsSo()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry);
        using var handler = new BreakingHandler(brokenAnswers: 9);
        await using var client = new HaServiceClient(registry, transport: handler);

        var error = await Assert.ThrowsAsync<FailoverException>(() => client.GetAsync("orders", "7", Number, CancellationToken.None));
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.Equal(new CallOptions().MaxAttempts, handler.Requests);
    }

    [Fact]
    public async Task Get_AnswersKeepBreakingOff_AreChargedToTheBudgetAndHeldAgainstTheirInstance()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry);
        using var handler = new BreakingHandler(brokenAnswers: 99);
        var listener = new RecordingListener();
        await using var client = new HaServiceClient(
            registry, callOptions: new CallOptions { RetryShare = 0, RetryReserve = 1 },
            environment: ServiceEnvironment.Create(listener), transport: handler);

        var first = await Assert.ThrowsAsync<FailoverException>(() => client.GetAsync("orders", "7", Number, CancellationToken.None));
        Assert.Contains("retry budget is spent", first.Message, StringComparison.Ordinal);
        Assert.Equal(2, handler.Requests);
        await Assert.ThrowsAsync<FailoverException>(() => client.GetAsync("orders", "7", Number, CancellationToken.None));
        Assert.Equal(3, handler.Requests);
        Assert.All(listener.Attempts, static a => Assert.Equal(OutcomeKind.Failure, a.Kind));
        Assert.Equal(0, client.PoolOf("orders").Snapshot.All.Single().InFlight);
    }

    [Fact]
    public async Task Post_AnswerBreaksOff_IsNotSentAgain()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry);
        using var handler = new BreakingHandler(brokenAnswers: 1);
        await using var client = new HaServiceClient(registry, transport: handler);

        await Assert.ThrowsAsync<FailoverException>(() => client.PostAsync("orders", "", 1, Number, Number, CancellationToken.None));
        Assert.Equal(1, handler.Requests);
    }

    private static JsonTypeInfo<int> Number => (JsonTypeInfo<int>)System.Text.Json.JsonSerializerOptions.Web.GetTypeInfo(typeof(int));

    private static async Task RegisterAsync(InMemoryRegistry registry) => await registry.RegisterAsync(
        new ServiceInstance("orders", "orders-1", "10.0.0.1", 80),
        new RegistrationTerms("me", TimeSpan.FromMinutes(1), TakeOver: true), CancellationToken.None);

    private sealed class BreakingHandler(int brokenAnswers) : HttpMessageHandler
    {
        internal int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = ++Requests <= brokenAnswers ? new StreamContent(new BrokenStream()) : new StringContent("7"),
            });
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new IOException("connection reset"));
    }
}
