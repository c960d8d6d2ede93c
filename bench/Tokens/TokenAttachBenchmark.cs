using BenchmarkDotNet.Attributes;
using HA.Core.Bench.Calls;
using HA.Core.Hosting;
using HA.Core.Http;

namespace HA.Core.Bench.Tokens;

/// <summary>What does a token cost the attempt that carries it? And what would signing one for each attempt?</summary>
[MemoryDiagnoser]
public class TokenAttachBenchmark
{
    private static readonly Uri Address = new("http://127.0.0.1:8080/orders/7");
    private static readonly ServiceInstance Instance = new("buyer", "buyer-1", "127.0.0.1", 8080);

    private TokenKit _kit = null!;
    private HttpMessageInvoker _bare = null!;
    private HttpMessageInvoker _attaching = null!;

    [GlobalSetup]
    public void Setup()
    {
        _kit = new TokenKit();
        _bare = new HttpMessageInvoker(new StubHandler());
        _attaching = new HttpMessageInvoker(new ServiceTokenHandler(_kit.Tokens) { InnerHandler = new StubHandler() });
    }

    [Benchmark(Baseline = true, Description = "JsonWebTokenHandler: sign each time")]
    public string Sign() => _kit.Sign();

    [Benchmark(Description = "ServiceTokens: the token that is kept")]
    public string Kept() => _kit.Tokens.For("buyer");

    [Benchmark(Description = "an attempt over a stub, without a token")]
    public HttpResponseMessage Bare() => Send(_bare);

    [Benchmark(Description = "an attempt over a stub, with its token")]
    public HttpResponseMessage Attached() => Send(_attaching);

    private static HttpResponseMessage Send(HttpMessageInvoker invoker)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Options.Set(FailoverRequestOptions.Instance, Instance);
        return invoker.SendAsync(request, CancellationToken.None).GetAwaiter().GetResult();
    }
}
