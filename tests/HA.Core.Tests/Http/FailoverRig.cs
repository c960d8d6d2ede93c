using System.Net;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

/// <summary>An HTTP client over a stub network and a registry, in a world moved by hand.</summary>
internal sealed class FailoverRig : IDisposable
{
    private readonly InMemoryRegistry _registry;
    private readonly ServicePools _pools;

    public FailoverRig(StubHandler network, int instances = 3, CallOptions? options = null, FailoverOptions? httpOptions = null)
    {
        Network = network;
        Environment = new ManualEnvironment(Listener);
        _registry = new InMemoryRegistry(Environment);
        for (var i = 0; i < instances; i++)
        {
            var terms = new RegistrationTerms($"owner-{i}", TimeSpan.FromDays(1), TakeOver: true);
            _ = Environment.Start(() => _registry.RegisterAsync(Orders.Instance(i), terms, CancellationToken.None).AsTask());
        }

        _pools = new ServicePools(_registry, Environment, new PoolOptions { LoadBalancer = static r => new RoundRobinLoadBalancer(r) });
        Http = new HttpClient(new FailoverHandler(_pools, network, options, httpOptions)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public static HttpRequestException Refused => new(HttpRequestError.ConnectionError, "Connection refused");

    public static HttpRequestException Reset => new(HttpRequestError.ResponseEnded, "The response ended prematurely.");

    public StubHandler Network { get; }

    public RecordingListener Listener { get; } = new();

    public ManualEnvironment Environment { get; }

    public HttpClient Http { get; }

    public int InFlight => _pools.For(Orders.Service).Snapshot.All.Sum(static e => e.InFlight);

    public Task<HttpResponseMessage> Send(
        HttpMethod method, HttpContent? content = null, Action<HttpRequestMessage>? change = null,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(method, "http://orders/7?full=1") { Content = content };
        change?.Invoke(request);
        return Environment.Start(() => Http.SendAsync(request, completion, cancellationToken));
    }

    /// <summary>A rig whose first attempt ends in <paramref name="error"/> and whose others answer 200.</summary>
    public static FailoverRig FirstThrows(Exception error) => new(new StubHandler(
        (_, attempt) => attempt == 0 ? throw error : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("done") }));

    public void Dispose() => Http.Dispose();
}
