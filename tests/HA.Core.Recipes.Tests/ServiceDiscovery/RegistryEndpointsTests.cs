using HA.Core.Hosting.Control;
using HA.Core.Registry;
using HA.Core.Samples.Recipes.ServiceDiscovery;
using HA.Core.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace HA.Core.Recipes.Tests.ServiceDiscovery;

public class RegistryEndpointsTests
{
    private const string Nobody = "no endpoints";

    // As a program has it that uses Microsoft's handler.
    private static ServiceProvider Program(Fleet fleet, params KeyValuePair<string, string?>[] configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        fleet.AddTo(services);
        services.AddSingleton<IServiceEndpointProviderFactory, RegistryEndpoints>();
        services.AddServiceDiscovery();
        services.AddHttpClient("orders", static c => c.BaseAddress = new Uri("http://orders")).AddServiceDiscovery();
        return services.BuildServiceProvider();
    }

    private static async Task<string> ItemAsync(ServiceProvider program)
    {
        using var client = program.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
        return await client.GetStringAsync(new Uri("/items/1", UriKind.Relative));
    }

    private static async Task<string[]> EndpointsAsync(ServiceProvider program, string name)
    {
        var source = await program.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync(name, CancellationToken.None);
        return [.. source.Endpoints.Select(static e => e.ToString()!)];
    }

    [Fact]
    public async Task Client_OfMicrosoftsHandler_CallsEveryInstance()
    {
        await using var fleet = new Fleet();
        var (a, b) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"));
        await using var program = Program(fleet);
        for (var i = 0; i < 10; i++) await ItemAsync(program);
        Assert.Equal((5, 5), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Client_RegisteredLater_GetsCallsWithoutPolling()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var program = Program(fleet);
        Assert.Equal("a", await ItemAsync(program));
        await fleet.AddAsync("b");
        // Microsoft's own refresh would come after a minute.
        await Wait.UntilAsync("b is called", async () => await ItemAsync(program) == "b", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Client_DeregisteredOrUnfit_GetsNoMoreCalls()
    {
        await using var fleet = new Fleet();
        var (_, b, c) = (await fleet.AddAsync("a"), await fleet.AddAsync("b"), await fleet.AddAsync("c"));
        await using var program = Program(fleet);
        await ItemAsync(program);
        await b.DeregisterAsync();
        program.GetRequiredService<IEndpointControl>().Isolate(
            Fleet.Service, "c", new InterventionTerms("test", "to see it go", TimeSpan.FromHours(1)));
        // Two changes at most are on their way to Microsoft's handler: the fourth answer of a in a row can only be of a alone.
        await Wait.UntilAsync("only a is left", async () =>
        {
            for (var i = 0; i < 4; i++)
                if (await ItemAsync(program) != "a") return false;
            return true;
        });
        var before = (b.Calls, c.Calls);
        for (var i = 0; i < 10; i++) Assert.Equal("a", await ItemAsync(program));
        Assert.Equal(before, (b.Calls, c.Calls));
    }

    [Fact]
    public async Task Endpoints_SeveralSchemesAskedFor_AreThoseOfTheFirstThatIsThere()
    {
        await using var fleet = new Fleet();
        await RegisterAsync(fleet, "plain", "http", 80);
        await using var program = Program(fleet);
        Assert.Equal(["http://127.0.0.1/"], await EndpointsAsync(program, "https+http://orders"));
        await RegisterAsync(fleet, "safe", "https", 443);
        await Wait.UntilAsync(
            "https counts", async () => (await EndpointsAsync(program, "https+http://orders")).SequenceEqual(["https://127.0.0.1/"]));
        Assert.Equal(["http://127.0.0.1/"], await EndpointsAsync(program, "http://orders"));
    }

    [Fact]
    public async Task Endpoints_NotInTheRegistry_AreLeftToTheConfiguration()
    {
        await using var fleet = new Fleet();
        await fleet.AddAsync("a");
        await using var program = Program(fleet, new KeyValuePair<string, string?>("Services:legacy:http:0", "http://10.0.0.9:81"));
        Assert.Equal(["http://10.0.0.9:81/"], await EndpointsAsync(program, "http://legacy"));
    }

    [Fact]
    public async Task Client_WithoutOtherProviders_IsToldThatNobodyIsThere()
    {
        await using var fleet = new Fleet();
        var services = new ServiceCollection();
        fleet.AddTo(services);
        services.AddSingleton<IServiceEndpointProviderFactory, RegistryEndpoints>();
        services.AddServiceDiscoveryCore();
        services.AddHttpClient("orders", static c => c.BaseAddress = new Uri("http://orders")).AddServiceDiscovery();
        await using var program = services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ItemAsync(program));
        Assert.Contains(Nobody, error.Message, StringComparison.Ordinal);
        await fleet.AddAsync("a");
        // Microsoft's handler reads again on a thread of its own when the registry has told a change.
        await Wait.UntilAsync("a is called", async () =>
        {
            try
            {
                return await ItemAsync(program) == "a";
            }
            catch (InvalidOperationException e) when (e.Message.Contains(Nobody, StringComparison.Ordinal))
            {
                return false;
            }
        }, TimeSpan.FromSeconds(30));
    }

    private static async Task RegisterAsync(Fleet fleet, string id, string scheme, int port) => await fleet.Registry.RegisterAsync(
        new ServiceInstance(Fleet.Service, id, "127.0.0.1", port) { Scheme = scheme },
        new RegistrationTerms(id, TimeSpan.FromHours(1), TakeOver: false), CancellationToken.None);
}
