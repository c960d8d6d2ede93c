using HA.Core.Hosting;
using HA.Core.Registry;
using HA.Core.Samples.Recipes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Recipes.Tests;

public class ServiceReadingTests
{
    private static ServiceProvider Services(IServiceRegistry registry, Action<HighAvailabilityOptions>? configure = null) =>
        new ServiceCollection().AddHighAvailability(configure ?? (static _ => { }))
            .AddRegistry("memory", _ => registry).Services.BuildServiceProvider();

    private static async Task RegisterAsync(InMemoryRegistry registry, string id) => await registry.RegisterAsync(
        new ServiceInstance(Fleet.Service, id, "127.0.0.1", 80),
        new RegistrationTerms(id, TimeSpan.FromHours(1), TakeOver: false), CancellationToken.None);

    // What everybody does who is given a token; the callback may come before this returns.
    private static Task ToldBy(IChangeToken token)
    {
        var told = new TaskCompletionSource();
        token.RegisterChangeCallback(static t => ((TaskCompletionSource)t!).TrySetResult(), told);
        return told.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Token_ChangeBeforeAnybodyListens_IsToldToWhoComesLate()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry, "a");
        await using var services = Services(registry);
        var directory = services.GetRequiredService<ServiceDirectory>();
        var (endpoints, changed) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        await RegisterAsync(registry, "b");
        await Fleet.UntilEligibleAsync(services, "a", "b");
        await ToldBy(changed);
        Assert.True(changed.HasChanged);
        Assert.Equal("a", Assert.Single(endpoints.All).Instance.Id);
    }

    [Fact]
    public async Task Token_OfEachReading_IsItsOwnAndTellsTheNextChange()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry, "a");
        await using var services = Services(registry);
        var directory = services.GetRequiredService<ServiceDirectory>();
        foreach (var id in (string[])["b", "c", "d"])
        {
            var (_, changed) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
            Assert.False(changed.HasChanged);
            await RegisterAsync(registry, id);
            await ToldBy(changed);
        }

        // Health is news as well as the catalog.
        var (_, unfit) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        Fleet.PoolOf(services).MarkUnhealthy("a");
        await ToldBy(unfit);
        var (endpoints, _) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        Assert.Equal(["b", "c", "d"], endpoints.Eligible.Select(static e => e.Instance.Id));
    }

    [Fact]
    public async Task Token_ReadersAndChangesAtOnce_EndWithWhatIsThere()
    {
        await using var registry = new InMemoryRegistry();
        await using var services = Services(registry);
        var directory = services.GetRequiredService<ServiceDirectory>();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var (endpoints, changed) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
                if (endpoints.All.Length == 200) return;
                await ToldBy(changed);
            }
        })).ToArray();
        for (var i = 0; i < 200; i++) await RegisterAsync(registry, $"i{i}");
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Read_RegistryDown_IsEmptyAfterACallsTimeAndToldWhenItIsBack()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry, "a");
        await using var down = new DownRegistry(registry);
        await using var services = Services(down, static o =>
        {
            o.Defaults.Call = o.Defaults.Call with { Deadline = TimeSpan.FromMilliseconds(50) };
            o.Defaults.Watch = o.Defaults.Watch with { MaxBackoff = TimeSpan.FromMilliseconds(50) };
        });
        var directory = services.GetRequiredService<ServiceDirectory>();
        var (endpoints, changed) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        Assert.Empty(endpoints.All);
        down.IsUp = true;
        await ToldBy(changed);
        (endpoints, _) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        Assert.Single(endpoints.All);
    }

    [Fact]
    public async Task Token_OptionsReplaceThePool_IsToldAndTheNextIsOfTheNewOne()
    {
        await using var registry = new InMemoryRegistry();
        await RegisterAsync(registry, "a");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Defaults:Call:Deadline", "00:00:00.1"), new("Defaults:Call:AttemptTimeout", "00:00:00.1")]).Build();
        await using var services = new ServiceCollection().AddHighAvailability(configuration)
            .AddRegistry("memory", _ => registry).Services.BuildServiceProvider();
        var directory = services.GetRequiredService<ServiceDirectory>();
        // A first reading that ends before the registry answers would be told of that answer.
        await Fleet.UntilEligibleAsync(services, "a");
        var old = Fleet.PoolOf(services);
        var (_, changed) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        configuration["Defaults:Watch:MaxRemovalShare"] = "0.9";
        configuration.Reload();
        await ToldBy(changed);
        var (_, next) = await directory.ReadAsync(Fleet.Service, CancellationToken.None);
        Assert.NotSame(old, Fleet.PoolOf(services));
        await RegisterAsync(registry, "b");
        await ToldBy(next);
    }
}
