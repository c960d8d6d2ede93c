using System.Net;
using HA.Core.Hosting.Registration;
using HA.Core.Registry;
using HA.Core.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests;

public class SelfRegistrationTests
{
    [Fact]
    public async Task Program_ThatListens_IsRegisteredWhereItListens()
    {
        await using var app = App(("HA:Registration:Zone", "eu-1"), ("HA:Registration:Metadata:team", "shop"), ("HA:Registration:Tags", "green, canary"));
        await app.StartAsync();
        var instance = await RegisteredAsync(app);
        Assert.Equal(("catalog", "http", "127.0.0.1", PortOf(app)), (instance.Service, instance.Scheme, instance.Address, instance.Port));
        Assert.Equal(("eu-1", "shop"), (instance.Zone, instance.Metadata["team"]));
        Assert.Equal(["green", "canary"], instance.Tags.AsEnumerable());
        Assert.EndsWith($"-{PortOf(app)}", instance.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_ToldToStop_DrainsBeforeItLeavesAndLeavesBeforeItStops()
    {
        await using var app = App(("HA:Registration:Drain:PropagationTime", "1s"), ("HA:Registration:Lease:TimeToLive", "1m"));
        var began = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        app.MapGet("/slow", async () =>
        {
            began.SetResult();
            await finish.Task;
            return "done";
        });
        await app.StartAsync();
        await RegisteredAsync(app);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{PortOf(app)}") };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/ready")).StatusCode);
        var slow = http.GetStringAsync("/slow");
        await began.Task;

        var stopping = app.StopAsync();
        await Wait.UntilAsync("draining", async () => await StatusAsync(app) == ServiceStatus.Draining);
        // The word spreads: it is not ready any more, and serves new calls all the same.
        var ready = await http.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.True(ready.Headers.ConnectionClose);
        Assert.Equal("hello", await http.GetStringAsync("/hello"));

        // Nor does it leave while a call is under way.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.Equal(ServiceStatus.Draining, await StatusAsync(app));
        Assert.False(stopping.IsCompleted);
        finish.SetResult();
        Assert.Equal("done", await slow);
        await stopping;
        Assert.Null(await StatusAsync(app));
        Assert.Equal(RegistrationState.Deregistered, app.Services.GetRequiredService<SelfRegistration>().State);
    }

    // As when its start fails halfway: nobody is told to stop, everything is only disposed.
    [Fact]
    public async Task Program_DisposedWithoutAStop_LeavesTheRegistryAllTheSame()
    {
        var app = App(("HA:Registration:Lease:TimeToLive", "1m"));
        var log = app.Services.GetRequiredService<Lines>();
        try
        {
            await app.StartAsync();
            await RegisteredAsync(app);
        }
        finally
        {
            await app.DisposeAsync();
        }

        // With nothing to say about it: it did not fail.
        Assert.Contains(log.All, static l => l.EndsWith(" is Deregistered. ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_WithARequestThatNeverEnds_LeavesWhenItsPatienceEnds()
    {
        await using var app = App(("HA:Registration:Drain:PropagationTime", "0s"), ("HA:Registration:Drain:InFlightTimeout", "200ms"));
        var log = app.Services.GetRequiredService<Lines>();
        var began = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        app.MapGet("/slow", async () =>
        {
            began.SetResult();
            await finish.Task;
        });
        await app.StartAsync();
        await RegisteredAsync(app);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{PortOf(app)}") };
        var slow = http.GetAsync("/slow");
        await began.Task;
        var stopping = app.StopAsync();
        await Wait.UntilAsync("gone", async () => await StatusAsync(app) is null);
        await Wait.UntilAsync("said", () => log.All.Any(static l => l.StartsWith("Warning 1406: 1 requests", StringComparison.Ordinal)));
        finish.SetResult();
        await slow;
        await stopping;
    }

    [Theory]
    [InlineData("30s", "Warning 1401: Taking leave may take 00:00:40 (propagation 00:00:30")]
    [InlineData("20s", "Information 1402: Taking leave may take 00:00:30")]
    public async Task Program_Starting_SaysWhetherItsLeaveFits(string propagation, string expected)
    {
        await using var app = App(("HA:Registration:Drain:PropagationTime", propagation), ("HA:Registration:Drain:InFlightTimeout", "5s"));
        await app.StartAsync();
        Assert.Contains(app.Services.GetRequiredService<Lines>().All, l => l.StartsWith(expected, StringComparison.Ordinal));
        app.Services.GetRequiredService<IOptions<SelfRegistrationOptions>>().Value.Drain = new DrainOptions { PropagationTime = TimeSpan.Zero };
    }

    [Theory]
    [InlineData("HA:Registration:Service", "", "HA:Registration:Service is ''. It must not be empty. For example: catalog.")]
    [InlineData("HA:Registration:Service", "Not A Name", "HA:Registration: 'Not A Name' is not valid for service")]
    [InlineData("HA:Registration:Weight", "-3", "HA:Registration: A weight is 0 to 1000000")]
    [InlineData("HA:Registration:Registry", "in-memry", "HA:Registration:Registry is 'in-memry'. No registry has this name. Did you mean 'in-memory'?")]
    [InlineData("HA:Registration:Drain:PropagationTme", "1s", "HA:Registration:Drain:PropagationTme: there is no such key. Did you mean 'PropagationTime'?")]
    [InlineData("HA:Registration:Drain:PropagationTime", "2h", "HA:Registration:Drain:PropagationTime is '2h'. PropagationTime must be zero to an hour. For example: 00:00:05.")]
    public async Task Options_ThatWillNotDo_StopTheStartAndTeach(string key, string value, string message)
    {
        await using var app = App((key, value));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Contains(error.Failures, f => f.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:81", null, "http", "127.0.0.1", 81)]
    [InlineData("http://localhost:81", null, "http", "127.0.0.1", 81)]
    [InlineData("http://[::]:81", null, "http", "10.1.2.3", 81)]
    [InlineData("http://*:81|https://+:82", null, "https", "10.1.2.3", 82)]
    [InlineData("http://10.0.0.5:81|https://10.0.0.5:82", "http", "http", "10.0.0.5", 81)]
    [InlineData("http://[fd00::5]:81", null, "http", "fd00::5", 81)]
    public void ListeningAddress_OfAServer_IsWhereOthersReachIt(string bound, string? scheme, string expectedScheme, string address, int port) => Assert.Equal(
        new ListeningAddress(expectedScheme, address, port),
        ListeningAddress.Choose(new SelfRegistrationOptions { Scheme = scheme }, bound.Split('|'), static () => "10.1.2.3"));

    [Fact]
    public void ListeningAddress_SaidByOptions_IsTakenAsItIs()
    {
        var said = new SelfRegistrationOptions { Address = "shop.internal", Port = 443, Scheme = "https" };
        Assert.Equal(new ListeningAddress("https", "shop.internal", 443), ListeningAddress.Choose(said, [], static () => null));
        var port = new SelfRegistrationOptions { Port = 8080 };
        Assert.Equal(new ListeningAddress("http", "10.1.2.3", 8080), ListeningAddress.Choose(port, ["http://*:80"], static () => "10.1.2.3"));
    }

    [Fact]
    public void ListeningAddress_WithoutAny_SaysWhatToSet()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ListeningAddress.Choose(new SelfRegistrationOptions(), [], static () => null));
        Assert.Contains("HA:Registration:Port", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => ListeningAddress.Choose(new SelfRegistrationOptions(), ["http://*:80"], static () => null));
        Assert.Throws<InvalidOperationException>(
            () => ListeningAddress.Choose(new SelfRegistrationOptions { Scheme = "https" }, ["http://*:80"], static () => "10.1.2.3"));
    }

    [Theory]
    [InlineData("Web_01.corp", "web-01-corp-80")]
    [InlineData("", "host-80")]
    public void DefaultId_OfAnyMachine_IsValid(string machine, string expected)
    {
        Assert.Equal(expected, SelfRegistration.DefaultId(machine, 80));
        Assert.True(ServiceInstance.IsValidId(expected));
    }

    private static WebApplication App(params (string Key, string? Value)[] values)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["HA:Registration:Service"] = "catalog" });
        builder.Configuration.AddInMemoryCollection(values.ToDictionary(static v => v.Key, static v => v.Value));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new Lines();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(log);
        builder.Services.AddHighAvailability().AddInMemoryRegistry().AddSelfRegistration();
        builder.Services.AddHealthChecks().AddHighAvailability();
        var app = builder.Build();
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = static c => c.Tags.Contains("ready") });
        app.MapGet("/hello", static () => "hello");
        return app;
    }

    private static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static async Task<ServiceInstance> RegisteredAsync(WebApplication app)
    {
        ServiceInstance? found = null;
        var registry = app.Services.GetRequiredService<IServiceRegistry>();
        await Wait.UntilAsync("registered", async () =>
            (found = (await registry.DiscoverAsync("catalog", CancellationToken.None)).Instances.SingleOrDefault()) is not null);
        return found!;
    }

    private static async Task<ServiceStatus?> StatusAsync(WebApplication app) =>
        (await app.Services.GetRequiredService<IServiceRegistry>().DiscoverAsync("catalog", CancellationToken.None)).Instances.SingleOrDefault()?.Status;
}
