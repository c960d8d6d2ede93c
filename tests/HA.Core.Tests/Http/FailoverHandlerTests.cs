using System.Net;
using System.Net.Sockets;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public class FailoverHandlerTests
{
    public static TheoryData<string> Idempotent => ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];

    [Theory]
    [MemberData(nameof(Idempotent))]
    public async Task Send_IdempotentAfterReset_GoesToAnotherInstance(string method)
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        using var response = await rig.Send(new HttpMethod(method));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, rig.Network.Hosts.Distinct().Count());
        Assert.Equal(0, rig.InFlight);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task Send_OtherMethodAfterReset_IsNotSentAgain(string method)
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        var error = await Assert.ThrowsAsync<FailoverException>(() => rig.Send(new HttpMethod(method), new StringContent("x")));
        Assert.Single(rig.Network.Hosts);
        Assert.Contains("not known to be idempotent", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public async Task Send_PostRefused_GoesToAnotherInstanceWithItsBody()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Refused);
        using var response = await rig.Send(HttpMethod.Post, new StringContent("pay"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("pay", Assert.Single(rig.Network.Bodies));
    }

    [Fact]
    public async Task Send_PostWithIdempotencyKey_IsSentAgain()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        using var response = await rig.Send(HttpMethod.Post, new StringContent("x"), static r => r.Headers.Add("Idempotency-Key", "k"));
        Assert.Equal(2, rig.Network.Requests.Count);
    }

    [Fact]
    public async Task Send_OptionSaysIdempotent_IsSentAgain()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        using var response = await rig.Send(HttpMethod.Post, new StringContent("x"), static r => r.Options.Set(FailoverRequestOptions.IsIdempotent, true));
        Assert.Equal(2, rig.Network.Requests.Count);
    }

    [Fact]
    public async Task Send_OptionSaysNotIdempotent_IsNotSentAgain()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        await Assert.ThrowsAsync<FailoverException>(() => rig.Send(
            HttpMethod.Get, change: static r => r.Options.Set(FailoverRequestOptions.IsIdempotent, false)));
        Assert.Single(rig.Network.Requests);
    }

    [Fact]
    public async Task Send_BodyOfAStreamAfterReset_IsNotSentAgain()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Reset);
        await Assert.ThrowsAsync<FailoverException>(() => rig.Send(HttpMethod.Put, new StreamContent(new MemoryStream([1]))));
        Assert.Single(rig.Network.Requests);
    }

    [Fact]
    public async Task Send_BodyOfAStreamRefused_IsSentAgain()
    {
        using var rig = FailoverRig.FirstThrows(FailoverRig.Refused);
        using var response = await rig.Send(HttpMethod.Put, new StreamContent(new MemoryStream("x"u8.ToArray())));
        Assert.Equal("x", Assert.Single(rig.Network.Bodies));
    }

    [Fact]
    public async Task Send_503ThenOk_DisposesTheFirstAnswerOnce()
    {
        StubHandler network = null!;
        network = new StubHandler((_, attempt) => network.Answer(attempt == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        using var rig = new FailoverRig(network);
        using (var response = await rig.Send(HttpMethod.Get)) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(network.Contents, static c => Assert.Equal(1, c.Disposals));
        Assert.Equal(2, network.Contents.Count);
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public async Task Send_503FromAll_ReturnsTheLastAnswer()
    {
        StubHandler network = null!;
        network = new StubHandler((_, attempt) => network.Answer(HttpStatusCode.ServiceUnavailable, $"answer {attempt}"));
        using var rig = new FailoverRig(network);
        using (var response = await rig.Send(HttpMethod.Get))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("answer 2", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(3, network.Hosts.Distinct().Count());
        Assert.All(network.Contents, static c => Assert.Equal(1, c.Disposals));
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public async Task Send_404_IsTheAnswer()
    {
        using var rig = new FailoverRig(new StubHandler(static (_, _) => new HttpResponseMessage(HttpStatusCode.NotFound)));
        using var response = await rig.Send(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Single(rig.Network.Requests);
    }

    [Fact]
    public async Task Send_EverybodyRefuses_MessageNamesAttemptsAddressesAndKnowledge()
    {
        using var rig = new FailoverRig(new StubHandler(static (_, _) => throw FailoverRig.Refused));
        var error = await Assert.ThrowsAsync<FailoverException>(() => rig.Send(HttpMethod.Get));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(3, error.Attempts.Length);
        foreach (var number in new[] { 0, 1, 2 })
            Assert.Contains($"orders-00{number} at 10.0.0.{number + 1}:8080 could not be reached", error.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("live", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 instances", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, rig.InFlight);
    }

    // To throw is most of what a failed call costs, and HttpClient does it in any case.
    [Theory, InlineData(false), InlineData(true)]
    public async Task Send_Fails_IsThrownByHttpClientAlone(bool isLate)
    {
        var what = $"Connection refused {Guid.NewGuid()}";
        var thrown = 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            using var rig = new FailoverRig(new StubHandler(async (_, _, _) =>
            {
                if (isLate) await Task.Yield();
                throw new HttpRequestException(HttpRequestError.ConnectionError, what);
            }));
            var call = rig.Send(HttpMethod.Get);
            await Task.WhenAny(call);
            Assert.IsType<FailoverException>(call.Exception!.InnerException);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        // It awaits the handler, looks at what it caught, and throws it on.
        Assert.Equal(2, thrown);

        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e)
        {
            if (e.Exception is FailoverException && e.Exception.Message.Contains(what, StringComparison.Ordinal)) Interlocked.Increment(ref thrown);
        }
    }

    [Fact]
    public async Task Send_NobodyRegistered_SaysSo()
    {
        using var rig = new FailoverRig(new StubHandler(static (_, _) => throw FailoverRig.Refused), instances: 0);
        var error = await Assert.ThrowsAsync<FailoverException>(() => rig.Send(HttpMethod.Get));
        Assert.Equal(CallStatus.NoEndpoint, error.Status);
        Assert.StartsWith("No instance of 'orders' can be called.", error.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Network.Requests);
    }

    [Fact]
    public async Task Send_CallerCancels_ThrowsAndReleases()
    {
        using var caller = new CancellationTokenSource();
        using var rig = new FailoverRig(Hangs());
        var call = rig.Send(HttpMethod.Get, cancellationToken: caller.Token);
        Assert.Equal(1, rig.InFlight);
        caller.Cancel();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal(0, rig.InFlight);
        Assert.Equal(OutcomeKind.Ignored, Assert.Single(rig.Listener.Attempts).Kind);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Send_DeadlinePasses_ThrowsAsHttpClientDoes(string method)
    {
        using var rig = new FailoverRig(Hangs(), options: new CallOptions { Deadline = TimeSpan.FromSeconds(1), MaxAttempts = 1 });
        var call = rig.Send(new HttpMethod(method));
        rig.Environment.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<TaskCanceledException>(() => call);
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public async Task Send_AttemptTimesOut_GoesToAnotherInstance()
    {
        using var rig = new FailoverRig(new StubHandler(static async (_, attempt, token) =>
        {
            if (attempt == 0) await Task.Delay(Timeout.Infinite, token).ConfigureAwait(false);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }));
        var call = rig.Send(HttpMethod.Get);
        rig.Environment.Advance(TimeSpan.FromSeconds(2));
        using var response = await call;
        Assert.Equal(2, rig.Network.Hosts.Distinct().Count());
    }

    // Such as the connect timeout of SocketsHttpHandler: a task that is cancelled, and says why only to who awaits it.
    [Fact]
    public async Task Send_HandlerHasATimeoutOfItsOwn_MessageSaysWhich()
    {
        using var rig = new FailoverRig(new StubHandler(static async (_, _, _) =>
        {
            await Task.Yield();
            throw new TaskCanceledException("The connection was not made within 00:00:01.", new TimeoutException());
        }));
        var error = await Assert.ThrowsAsync<FailoverException>(() => rig.Send(HttpMethod.Get));
        Assert.Contains("The connection was not made within 00:00:01.", error.Message, StringComparison.Ordinal);
        Assert.All(rig.Listener.Attempts, static a => Assert.Equal(OutcomeKind.Failure, a.Kind));
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public async Task Send_HeadersOnly_StaysBusyUntilTheBodyIsRead()
    {
        StubHandler network = null!;
        network = new StubHandler((_, _) => network.Answer(HttpStatusCode.OK, "body"));
        using var rig = new FailoverRig(network);
        using var response = await rig.Send(HttpMethod.Get, completion: HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, rig.InFlight);
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, rig.InFlight);
    }

    [Fact]
    public void Send_Synchronous_IsNotSupported()
    {
        using var rig = new FailoverRig(Hangs());
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/");
        var error = Assert.Throws<NotSupportedException>(() => rig.Http.Send(request));
        Assert.Contains("SendAsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_HostThatIsNoServiceName_IsAnArgumentException()
    {
        using var rig = new FailoverRig(Hangs());
        await Assert.ThrowsAsync<ArgumentException>(() => rig.Environment.Start(() => rig.Http.GetAsync(new Uri("http://[::1]/"))));
    }

    private static StubHandler Hangs() => new(static async (_, _, token) =>
    {
        await Task.Delay(Timeout.Infinite, token).ConfigureAwait(false);
        throw new InvalidOperationException("It never ends by itself.");
    });

    [Fact]
    public async Task Send_HandlerThrowsABug_IsTheCallersAndEndsTheLoad()
    {
        using var rig = FailoverRig.FirstThrows(new ArithmeticException("a bug"));
        await Assert.ThrowsAsync<ArithmeticException>(() => rig.Send(HttpMethod.Get));
        Assert.Single(rig.Network.Hosts);
        Assert.Equal(0, rig.InFlight);
    }

    // What SocketsHttpHandler throws if an instance dies between accepting a connection and the first look at it.
    [Fact]
    public async Task Send_HandlerThrowsABareSocketException_IsOfTheNetwork()
    {
        using var rig = FailoverRig.FirstThrows(new SocketException((int)SocketError.NotConnected));
        using var response = await rig.Send(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, rig.Network.Hosts.Distinct().Count());
        Assert.Equal(0, rig.InFlight);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_HandlerThrowsInsteadOfFailingItsTask_IsTreatedAlike(bool isOfNetwork)
    {
        var registry = new InMemoryRegistry();
        for (var i = 0; i < 2; i++)
            await registry.RegisterAsync(Orders.Instance(i), new RegistrationTerms($"{i}", TimeSpan.FromDays(1), TakeOver: true), default);
        await using var pools = new ServicePools(registry);
        var pool = pools.For(Orders.Service);
        await pool.WaitForCatalogAsync(default);
        var network = new ThrowsAtOnce(isOfNetwork ? FailoverRig.Refused : new ArithmeticException("a bug"));
        using var invoker = new HttpMessageInvoker(new FailoverHandler(pools, network));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/7");

        // A task in any case, as callers expect of a handler.
        var sending = invoker.SendAsync(request, default);
        if (isOfNetwork) Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
        else await Assert.ThrowsAsync<ArithmeticException>(() => sending);
        Assert.Equal(isOfNetwork ? 2 : 1, network.Count);
        Assert.Equal(0, pool.Snapshot.All.Sum(static e => e.InFlight));
    }

    private sealed class ThrowsAtOnce(Exception error) : HttpMessageHandler
    {
        internal int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Count++ == 0 ? throw error : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) });
    }
}
