using System.Net;
using HA.Core.Calls;
using HA.Core.Http;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public class CallHeadersTests
{
    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static FailoverRig Rig(int failures, CallOptions? options = null, FailoverOptions? http = null) => new(
        new StubHandler((_, attempt) => attempt < failures ? throw FailoverRig.Reset : new HttpResponseMessage(HttpStatusCode.NoContent)),
        options: options, httpOptions: http);

    [Fact]
    public void MessageParts_OnThisRuntime_AreVisible() => Assert.True(MessageParts.AreVisible, "calls allocate 180 bytes more than they need");

    [Fact]
    public async Task Send_Ordinarily_WritesNoHeaders()
    {
        using var rig = Rig(0);
        using var response = await rig.Send(HttpMethod.Get);
        Assert.Empty(Assert.Single(rig.Network.Requests).Headers);
    }

    [Fact]
    public async Task Send_PropagateDeadline_TellsEachAttemptsOwnTime()
    {
        using var rig = Rig(1, new CallOptions { PropagateDeadline = true, Deadline = TimeSpan.FromSeconds(1.5) });
        using var response = await rig.Send(HttpMethod.Get, change: static r => r.Headers.Add(CallHeaders.TimeLeft, "99"));
        Assert.Equal(["1500", "1500"], rig.Network.Requests.Select(static r => Header(r, CallHeaders.TimeLeft)));
        Assert.All(rig.Network.Requests, static r => Assert.Null(Header(r, CallHeaders.NoRetry)));
    }

    [Fact]
    public async Task Send_WhileServingACallOfAChain_PassesTheWordOn()
    {
        using var rig = Rig(9);
        var incoming = CallHeaders.Read("800", "1", rig.Environment.Time);
        await Assert.ThrowsAsync<FailoverException>(() => rig.Send(
            HttpMethod.Get, change: r => r.Options.Set(FailoverRequestOptions.Incoming, incoming)));
        var only = Assert.Single(rig.Network.Requests);
        Assert.Equal(("800", "1"), (Header(only, CallHeaders.TimeLeft), Header(only, CallHeaders.NoRetry)));
    }

    [Fact]
    public async Task Send_StopRetryChain_TellsSoAndRetriesItself()
    {
        using var rig = Rig(1, new CallOptions { StopRetryChain = true });
        using var response = await rig.Send(HttpMethod.Get);
        Assert.Equal(["1", "1"], rig.Network.Requests.Select(static r => Header(r, CallHeaders.NoRetry)));
    }

    [Theory]
    [InlineData("1500", "1", 1500.0, true)]
    [InlineData("0", null, 0.0, false)]
    [InlineData("999999999999", "0", 86_400_000.0, false)]
    [InlineData("-5", "yes", null, false)]
    [InlineData("soon", "", null, false)]
    [InlineData("99999999999999999999999", "true", null, false)]
    [InlineData(null, null, null, false)]
    public void Read_WhateverItIs_IsUnderstoodOrIgnored(string? timeLeft, string? noRetry, double? milliseconds, bool mustNotRetry)
    {
        var incoming = CallHeaders.Read(timeLeft, noRetry, new ManualTime());
        Assert.Equal(milliseconds, incoming.TimeLeft?.TotalMilliseconds);
        Assert.Equal(mustNotRetry, incoming.MustNotRetry);
    }

    [Fact]
    public async Task Post_KeysGenerated_IsSentAgainWithTheSameKeyAndEachCallHasItsOwn()
    {
        using var rig = Rig(2, http: new FailoverOptions { GenerateIdempotencyKeys = true });
        using var first = await rig.Send(HttpMethod.Post, new StringContent("pay"));
        using var second = await rig.Send(HttpMethod.Post, new StringContent("pay"));
        var keys = rig.Network.Requests.Select(static r => Header(r, CallHeaders.IdempotencyKey)).ToArray();
        Assert.Equal(4, keys.Length);
        Assert.Single(keys[..3].Distinct());
        Assert.NotEqual(keys[0], keys[3]);
        Assert.Equal(32, keys[0]!.Length);
        Assert.Equal(["pay"], rig.Network.Bodies.Distinct());
    }

    [Fact]
    public async Task Post_KeyAskedForByTheRequest_IsGenerated()
    {
        using var rig = Rig(1);
        using var response = await rig.Send(
            HttpMethod.Post, new StringContent("x"), static r => r.Options.Set(FailoverRequestOptions.GenerateIdempotencyKey, true));
        Assert.Equal(2, rig.Network.Requests.Count);
    }

    [Fact]
    public async Task Post_OwnKey_IsKept()
    {
        using var rig = Rig(1, http: new FailoverOptions { GenerateIdempotencyKeys = true });
        using var response = await rig.Send(HttpMethod.Post, new StringContent("x"), static r => r.Headers.Add("Idempotency-Key", "mine"));
        Assert.Equal(["mine", "mine"], rig.Network.Requests.Select(static r => Header(r, CallHeaders.IdempotencyKey)));
    }

    [Fact]
    public async Task Post_KeyButSaidNotIdempotent_IsNotSentAgain()
    {
        using var rig = Rig(1, http: new FailoverOptions { GenerateIdempotencyKeys = true });
        await Assert.ThrowsAsync<FailoverException>(() => rig.Send(
            HttpMethod.Post, new StringContent("x"), static r => r.Options.Set(FailoverRequestOptions.IsIdempotent, false)));
    }

    [Theory, InlineData("GET"), InlineData("PUT"), InlineData("DELETE")]
    public async Task IdempotentMethod_KeysGenerated_NeedsNone(string method)
    {
        using var rig = Rig(1, http: new FailoverOptions { GenerateIdempotencyKeys = true });
        using var response = await rig.Send(new HttpMethod(method));
        Assert.All(rig.Network.Requests, static r => Assert.Null(Header(r, CallHeaders.IdempotencyKey)));
    }

    [Fact]
    public async Task Post_StreamWithKey_IsNeverSentTwice()
    {
        using var rig = Rig(1, http: new FailoverOptions { GenerateIdempotencyKeys = true });
        await Assert.ThrowsAsync<FailoverException>(() => rig.Send(HttpMethod.Post, new StreamContent(new MemoryStream([1]))));
        Assert.Single(rig.Network.Requests);
    }
}
