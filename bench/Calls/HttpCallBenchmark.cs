using BenchmarkDotNet.Attributes;
using HA.Core.Client;
using HA.Core.Http;
using HA.Core.Registry;

namespace HA.Core.Bench.Calls;

/// <summary>
/// What does a whole HTTP call through the failover handler cost, over a stub that answers at once, and over one that
/// answers later?
/// </summary>
[MemoryDiagnoser]
public class HttpCallBenchmark
{
    private static readonly Uri Address = new("http://orders/7");

    private readonly InMemoryRegistry _registry = new();
    private readonly DelayedStubHandler _bareStub = new();
    private readonly DelayedStubHandler _failoverStub = new();
    private HttpMessageInvoker _bare = null!;
    private HttpMessageInvoker _failover = null!;
    private HttpMessageInvoker _bareLater = null!;
    private HttpMessageInvoker _failoverLater = null!;
    private HaServiceClient _client = null!;

    // The in-process toolchain does not wait for an asynchronous one.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [Benchmark(Baseline = true, Description = "HttpMessageInvoker")]
    public Task<HttpResponseMessage> Bare() => _bare.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address), default);

    [Benchmark(Description = "FailoverHandler in an invoker")]
    public Task<HttpResponseMessage> Failover() => _failover.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address), default);

    [Benchmark(Description = "HaServiceClient.Http")]
    public Task<HttpResponseMessage> Client() => _client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address));

    [Benchmark(Description = "HttpMessageInvoker, later")]
    public HttpResponseMessage BareLater() => SendLater(_bareLater, _bareStub);

    [Benchmark(Description = "FailoverHandler in an invoker, later")]
    public HttpResponseMessage FailoverLater() => SendLater(_failoverLater, _failoverStub);

    private static HttpResponseMessage SendLater(HttpMessageInvoker invoker, DelayedStubHandler stub)
    {
        var call = invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address), default);
        stub.Answer();
        return call.GetAwaiter().GetResult();
    }

    private async Task SetupAsync()
    {
        for (var i = 1; i <= 3; i++)
        {
            var instance = new ServiceInstance("orders", $"orders-{i}", $"10.0.0.{i}", 8080);
            await _registry.RegisterAsync(instance, new RegistrationTerms($"{i}", TimeSpan.FromDays(1), TakeOver: true), default);
        }

        var pools = new ServicePools(_registry);
        await pools.For("orders").WaitForCatalogAsync(default);
        _bare = new HttpMessageInvoker(new StubHandler());
        _failover = new HttpMessageInvoker(new FailoverHandler(pools, new StubHandler()));
        _bareLater = new HttpMessageInvoker(_bareStub);
        _failoverLater = new HttpMessageInvoker(new FailoverHandler(pools, _failoverStub));
        _client = new HaServiceClient(_registry, transport: new StubHandler());
        await _client.PoolOf("orders").WaitForCatalogAsync(default);
    }
}
