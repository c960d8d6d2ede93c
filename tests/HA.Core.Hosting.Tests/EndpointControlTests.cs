using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Hosting.Control;
using HA.Core.Registry;
using HA.Core.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

/// <summary>The laws of <see cref="IEndpointControl"/>, in virtual time.</summary>
public class EndpointControlTests
{
    private static readonly InterventionTerms Minute = new("ada", "it smells", TimeSpan.FromMinutes(1));

    private static void Run(Func<Stage, Task> test, params (string Key, string? Value)[] settings) => Simulator.Run(5, async simulation =>
    {
        var log = new Lines();
        var configuration = Shop.Configuration([("HA:Services:catalog:Balancer", "weighted-round-robin"), .. settings]);
        var services = Shop.Services(configuration);
        services.AddSingleton<ServiceEnvironment>(simulation.Environment);
        services.AddLogging(b => b.AddProvider(log));
        services.AddHighAvailability().AddInMemoryRegistry();
        await using var provider = services.BuildServiceProvider();
        var stage = new Stage(simulation, provider, configuration, log);
        foreach (var number in (int[])[1, 2, 3]) await stage.RegisterAsync(number);
        await stage.Pool.WaitForCatalogAsync(CancellationToken.None);
        await test(stage);
    });

    private sealed record Stage(Simulator Simulation, ServiceProvider Provider, Microsoft.Extensions.Configuration.IConfigurationRoot Configuration, Lines Log)
    {
        internal IEndpointControl Control => Provider.GetRequiredService<IEndpointControl>();

        internal ServicePool Pool => Provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");

        internal Endpoint this[int number] => Pool.Snapshot.All.Single(e => e.Instance.Id == $"c-{number}");

        internal string Eligible => string.Join(' ', Pool.Snapshot.Eligible.Select(static e => e.Instance.Id));

        internal async Task PassAsync(double seconds) => await Simulation.DelayAsync(TimeSpan.FromSeconds(seconds));

        internal async Task RegisterAsync(int number, int weight = 1)
        {
            var registry = Provider.GetRequiredService<IServiceRegistry>();
            var instance = new ServiceInstance("catalog", $"c-{number}", $"10.0.0.{number}", 80) { Weight = weight };
            await registry.RegisterAsync(instance, new RegistrationTerms($"owner-{number}", TimeSpan.FromDays(1), TakeOver: false), CancellationToken.None);
            await PassAsync(0.01);
        }
    }

    [Fact]
    public void Isolate_FromItsReturnOn_GivesNoNewCallsAndFinishesOthers() => Run(static stage =>
    {
        var leases = new List<EndpointLease>();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(stage.Pool.TryAcquire(default, default, out var lease));
            leases.Add(lease);
        }

        stage.Control.Isolate("catalog", "c-2", Minute);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(stage.Pool.TryAcquire(default, default, out var lease));
            Assert.NotEqual("c-2", lease.Endpoint.Instance.Id);
        }

        Assert.Equal(1, stage[2].InFlight);
        foreach (var lease in leases) lease.Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
        Assert.Equal(0, stage[2].InFlight);
        return Task.CompletedTask;
    });

    [Fact]
    public void Isolate_EvenTheLastOne_GivesNoCalls() => Run(static stage =>
    {
        foreach (var id in (string[])["c-1", "c-2", "c-3"]) stage.Control.Isolate("catalog", id, Minute);
        Assert.False(stage.Pool.TryAcquire(default, default, out _));
        return Task.CompletedTask;
    });

    [Fact]
    public void Intervention_EndsAtItsTime() => Run(static async stage =>
    {
        stage.Control.Isolate("catalog", "c-1", Minute);
        await stage.PassAsync(20);
        stage.Control.Drain("catalog", "c-2", new InterventionTerms("bob", "upgrade", TimeSpan.FromSeconds(70)));
        stage.Control.SetWeight("catalog", "c-3", 9, new InterventionTerms("bob", "it is big", TimeSpan.FromSeconds(10)));
        Assert.Equal("c-3", stage.Eligible);
        await stage.PassAsync(9.999);
        Assert.Equal(9, stage[3].Instance.Weight);
        await stage.PassAsync(0.002);
        Assert.Equal(1, stage[3].Instance.Weight);
        await stage.PassAsync(29.998);
        Assert.Equal("c-3", stage.Eligible);
        await stage.PassAsync(0.002);
        Assert.Equal("c-1 c-3", stage.Eligible);
        Assert.Equal("c-2", Assert.Single(stage.Control.Active).Instance);
        await stage.PassAsync(30);
        Assert.Equal("c-1 c-2 c-3", stage.Eligible);
        Assert.Empty(stage.Control.Active);
    });

    [Fact]
    public void Intervention_SurvivesCatalogsOptionsAndNewPools() => Run(static async stage =>
    {
        stage.Control.Isolate("catalog", "c-1", Minute);
        stage.Control.SetWeight("catalog", "c-2", 5, Minute);
        stage.Control.Drain("catalog", "c-7", Minute);
        await stage.RegisterAsync(2, weight: 3);
        await stage.RegisterAsync(7);
        Assert.Equal("c-2 c-3", stage.Eligible);
        Assert.Equal(5, stage[2].Instance.Weight);

        stage.Configuration["HA:Services:catalog:Weights:c-2"] = "8";
        stage.Configuration["HA:Services:catalog:Weights:c-3"] = "2";
        stage.Configuration.Reload();
        Assert.Equal((5, 2), (stage[2].Instance.Weight, stage[3].Instance.Weight));

        var pool = stage.Pool;
        stage.Configuration["HA:Services:catalog:Watch:RemovalHoldTime"] = "7s";
        stage.Configuration.Reload();
        await stage.PassAsync(1);
        Assert.NotSame(pool, stage.Pool);
        Assert.Equal("c-2 c-3", stage.Eligible);
        Assert.Equal(5, stage[2].Instance.Weight);
        await stage.PassAsync(60);
        Assert.Equal("c-1 c-2 c-3 c-7", stage.Eligible);
        Assert.Equal(8, stage[2].Instance.Weight);
    });

    [Fact]
    public void Intervention_BeforeTheServiceIsCalled_CountsFromTheFirstCall() => Run(static async stage =>
    {
        stage.Control.Isolate("basket", "b-1", Minute);
        var registry = stage.Provider.GetRequiredService<IServiceRegistry>();
        foreach (var id in (string[])["b-1", "b-2"])
            await registry.RegisterAsync(new ServiceInstance("basket", id, "10.0.1.1", 80), new RegistrationTerms(id, TimeSpan.FromDays(1), TakeOver: false), CancellationToken.None);
        var pool = stage.Provider.GetRequiredService<ServiceDirectory>().PoolOf("basket");
        await pool.WaitForCatalogAsync(CancellationToken.None);
        Assert.Equal(["b-2"], pool.Snapshot.Eligible.Select(static e => e.Instance.Id));
    });

    [Fact]
    public void Intervention_ALaterOne_TakesThePlaceOfItsKind() => Run(static async stage =>
    {
        stage.Control.Isolate("catalog", "c-1", new InterventionTerms("ada", "first", TimeSpan.FromSeconds(10)));
        stage.Control.SetWeight("catalog", "c-1", 4, Minute);
        stage.Control.Drain("catalog", "c-1", new InterventionTerms("bob", "second", TimeSpan.FromSeconds(30)));
        Assert.Equal((EndpointHealth.Draining, 4), (stage[1].Health, stage[1].Instance.Weight));
        await stage.PassAsync(11);
        // The time of the first one ended nothing.
        Assert.Equal(EndpointHealth.Draining, stage[1].Health);
        Assert.Equal(["Drained", "Weighted"], stage.Control.Active.Select(static a => $"{a.Kind}"));
    });

    [Fact]
    public void Restore_EndsAllOfAnInstanceAndNothingElse() => Run(static stage =>
    {
        stage.Control.Isolate("catalog", "c-1", Minute);
        stage.Control.SetWeight("catalog", "c-1", 4, Minute);
        stage.Control.Isolate("catalog", "c-2", Minute);
        Assert.True(stage.Control.Restore("catalog", "c-1", "eve", "enough"));
        Assert.False(stage.Control.Restore("catalog", "c-1", "eve", "again"));
        Assert.Equal("c-1 c-3", stage.Eligible);
        Assert.Equal(1, stage[1].Instance.Weight);
        return Task.CompletedTask;
    });

    [Fact]
    public void Restore_LeavesHealthToChecksAndCalls() => Run(static stage =>
    {
        stage.Control.Isolate("catalog", "c-1", Minute);
        stage.Pool.MarkUnhealthy("c-1");
        stage.Control.Restore("catalog", "c-1", "eve", "enough");
        Assert.Equal("c-2 c-3", stage.Eligible);
        return Task.CompletedTask;
    });

    [Fact]
    public void Trail_TellsAllThatWasDone_AndSoDoesTheLog() => Run(static async stage =>
    {
        stage.Control.SetWeight("catalog", "c-1", 4, new InterventionTerms("ada", "it is big", TimeSpan.FromSeconds(5)));
        stage.Control.SetWeight("catalog", "c-1", 0, new InterventionTerms("bob", "it is not", TimeSpan.FromSeconds(5)));
        await stage.PassAsync(6);
        stage.Control.Isolate("catalog", "c-2", Minute);
        stage.Control.Restore("catalog", "c-2", "eve", "it is well");
        Assert.Equal(
            [
                "Begun Weighted 4 c-1 ada it is big", "Replaced Weighted 4 c-1 bob it is not", "Begun Weighted 0 c-1 bob it is not", "Expired Weighted 0 c-1  ",
                "Begun Isolated  c-2 ada it smells", "Restored Isolated  c-2 eve it is well",
            ],
            stage.Control.Trail.Select(static t => $"{t.Kind} {t.Intervention.Kind} {t.Intervention.Weight} {t.Intervention.Instance} {t.Actor} {t.Reason}"));
        Assert.Equal(TimeSpan.FromSeconds(5), stage.Control.Trail[3].At - stage.Control.Trail[2].At);
        Assert.Equal(3, stage.Log.All.Count(static l => l.StartsWith("Warning 1200", StringComparison.Ordinal)));
        Assert.Equal(3, stage.Log.All.Count(static l => l.StartsWith("Information 1201", StringComparison.Ordinal)));
        Assert.Contains(stage.Log.All, static l => l.Contains("catalog/c-2", StringComparison.Ordinal) && l.Contains("by ada: it smells", StringComparison.Ordinal));
    });

    [Fact]
    public void Trail_AndActive_AreBounded() => Run(static stage =>
    {
        for (var i = 0; i < 1000; i++) stage.Control.Isolate($"service-{i % 100}", $"x-{i}", Minute);
        Assert.Throws<InvalidOperationException>(() => stage.Control.Isolate("catalog", "x-1000", Minute));
        stage.Control.Drain("service-7", "x-7", Minute);
        Assert.Equal((1000, 1000), (stage.Control.Active.Count, stage.Control.Trail.Count));
        Assert.Equal("x-2", stage.Control.Trail[0].Intervention.Instance);
        return Task.CompletedTask;
    });

    [Fact]
    public void Terms_ThatWillNotDo_AreRefused() => Run(static stage =>
    {
        Assert.Throws<ArgumentException>(static () => new InterventionTerms("", "why", TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentException>(static () => new InterventionTerms("ada", "two\nlines", TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new InterventionTerms("ada", "why", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new InterventionTerms("ada", "why", TimeSpan.FromDays(8)));
        Assert.Throws<ArgumentException>(() => stage.Control.Isolate("Not A Service", "c-1", Minute));
        Assert.Throws<ArgumentException>(() => stage.Control.Isolate("catalog", "no/id\n", Minute));
        Assert.Throws<ArgumentOutOfRangeException>(() => stage.Control.SetWeight("catalog", "c-1", -1, Minute));
        Assert.Throws<ArgumentException>(() => stage.Control.Restore("catalog", "c-1", "", "why"));
        Assert.Empty(stage.Control.Trail);
        return Task.CompletedTask;
    });
}
