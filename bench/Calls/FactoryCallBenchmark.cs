using BenchmarkDotNet.Attributes;
using HA.Core.Hosting;
using HA.Core.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Bench.Calls;

/// <summary>
/// What does a whole call cost through a client of the factory, over a stub that answers at once? And through the stack that one
/// builds from parts for the same duties: retry, breaker and timeout of Polly around a handler that takes the instances in turn?
/// </summary>
/// <remarks>
/// The parts do less: their breaker is one for all instances, and nobody asks how the instances are. Both stacks are registered as
/// their documentation shows, with the loggers of the factory taken out of both: otherwise their messages are most of either.
/// </remarks>
[MemoryDiagnoser]
public class FactoryCallBenchmark
{
    private static readonly Uri Address = new("http://orders/7");

    private HttpClient _ours = null!;
    private HttpClient _parts = null!;

    // The in-process toolchain does not wait for an asynchronous one.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [Benchmark(Baseline = true, Description = "Polly.Core around round robin")]
    public HttpResponseMessage Parts() => Call(_parts);

    [Benchmark(Description = "AddHighAvailability")]
    public HttpResponseMessage Ours() => Call(_ours);

    private static HttpResponseMessage Call(HttpClient client) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address)).GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        var services = new ServiceCollection();
        services.AddHighAvailability(static _ => { }).AddInMemoryRegistry();
        services.AddHttpClient("ours").AddHighAvailability().RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(static () => new StubHandler());
        services.AddHttpClient("parts").RemoveAllLoggers()
            .AddHttpMessageHandler(static () => new PollyHandler())
            .AddHttpMessageHandler(static () => new RoundRobinHandler(["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"]))
            .ConfigurePrimaryHttpMessageHandler(static () => new StubHandler());
        var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<IServiceRegistry>();
        for (var i = 1; i <= 3; i++)
        {
            var instance = new ServiceInstance("orders", $"orders-{i}", $"10.0.0.{i}", 8080);
            await registry.RegisterAsync(instance, new RegistrationTerms($"{i}", TimeSpan.FromDays(1), TakeOver: true), default);
        }

        await provider.GetRequiredService<ServiceDirectory>().PoolOf("orders").WaitForCatalogAsync(default);
        var factory = provider.GetRequiredService<IHttpClientFactory>();
        (_ours, _parts) = (factory.CreateClient("ours"), factory.CreateClient("parts"));
    }
}
