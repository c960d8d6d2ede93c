using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Health;
using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

public sealed class HealthProberTimeTests
{
    [Fact]
    public void Checks_OfManyInstances_AreSpreadAndJittered() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var pool = Follow(stage, checker, [.. Enumerable.Range(1, 200)]);
        await stage.AdvanceAsync(60);

        var times = checker.Checks.Where(static c => c.Id == "orders-7").Select(static c => c.At.TotalSeconds).ToArray();
        var gaps = times.Zip(times.Skip(1), static (a, b) => b - a).ToArray();
        Assert.All(gaps, static g => Assert.InRange(g, 4.95, 5.05));
        Assert.True(gaps.Distinct().Count() > 5);
    });

    [Fact]
    public void HangingCheck_CountsAsBadAndDelaysNobodyElse() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        checker.Hanging.Add("orders-1");
        await using var pool = Follow(stage, checker, 1, 2, 3);
        await stage.AdvanceAsync(60);

        Assert.InRange(checker.Checks.Count(static c => c.Id == "orders-2"), 11, 13);
        // Two more, since doubt is looked into sooner.
        Assert.InRange(checker.Checks.Count(static c => c.Id == "orders-1"), 12, 14);
        Assert.Equal(EndpointHealth.Unhealthy, pool.Snapshot.All[0].Health);
        Assert.Contains(stage.Journal.HealthChanges, static h => h is { Id: "orders-1", Reason: "check timed out" });
        Assert.Equal(EndpointHealth.Healthy, pool.Snapshot.All[1].Health);
        Assert.Equal(
            [("orders-1", false, TimeSpan.FromSeconds(1)), ("orders-2", true, TimeSpan.Zero), ("orders-3", true, TimeSpan.Zero)],
            stage.Journal.Checks.Distinct().OrderBy(static c => c.Id, StringComparer.Ordinal));
    });

    [Fact]
    public void FailingChecks_FallThenRise() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var pool = Follow(stage, checker, 1, 2, 3);
        await stage.AdvanceAsync(20);
        checker.Failing.Add("orders-1");
        var toFall = await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Unhealthy);
        Assert.InRange(toFall.TotalSeconds, 2 * 1.25, 5.05 + (2 * 1.27));
        checker.Failing.Clear();
        var toRise = await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Healthy);
        Assert.InRange(toRise.TotalSeconds, 1.25, 5.05 + 1.27);
    });

    [Fact]
    public void FailedCall_IsCheckedAtOnce() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var shop = new ClientStage(stage, 2, poolOptions: Options(checker));
        shop.Transport.Takes = TimeSpan.FromMilliseconds(1);
        await stage.AdvanceAsync(20);
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        // Longer ago than a recheck, and the next one is not near.
        await stage.UntilAsync(() => checker.Since("orders-1") is > 2 and < 3 && checker.Since("orders-2") is > 1.5 and < 4);
        var before = checker.Checks.Count;
        await shop.CallAsync(isIdempotent: false);
        var called = shop.Transport.Attempts[^1].Id;
        await stage.AdvanceAsync(0.001);

        var check = Assert.Single(checker.Checks.Skip(before));
        Assert.Equal(called, check.Id);
    });

    [Fact]
    public void FailedCallBeforeTheFirstCheck_IsCheckedAtOnce() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var shop = new ClientStage(stage, 1, poolOptions: Options(checker));
        shop.Transport.Takes = TimeSpan.FromMilliseconds(1);
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        await shop.CallAsync(isIdempotent: false);
        await stage.AdvanceAsync(0.001);
        Assert.InRange(Assert.Single(checker.Checks).At.TotalSeconds, 0, 0.1);
    });

    [Fact]
    public void CallsThatKeepFailing_AreCheckedNoMoreOftenThanADoubt() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        // The checks say that all is well, and the calls are not believed.
        var health = new HealthOptions { Checker = checker, Detector = static () => new Undisturbed(), Outliers = null };
        await using var shop = new ClientStage(stage, 1, poolOptions: new PoolOptions { Health = health });
        shop.Transport.Takes = TimeSpan.FromMilliseconds(1);
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        await stage.AdvanceAsync(10);
        var (before, start) = (checker.Checks.Count, stage.Now);
        while (stage.Now - start < TimeSpan.FromSeconds(50))
        {
            await shop.CallAsync(isIdempotent: false);
            await stage.AdvanceAsync(0.02);
        }

        Assert.InRange(checker.Checks.Count - before, 38, 41);
    });

    [Fact]
    public void Crash_UnderTraffic_IsFoundByRechecksAlone() => Stage.RunSeeds(20, static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        var health = new HealthOptions { Checker = checker, Detector = static () => new Undisturbed(), Outliers = null };
        await using var shop = new ClientStage(stage, 3, poolOptions: new PoolOptions { Health = health });
        shop.Transport.Takes = TimeSpan.FromMilliseconds(1);
        await stage.AdvanceAsync(20);
        foreach (var instance in Stage.Catalog(1, 1, 2, 3).Instances) checker.Failing.Add(instance.Id);
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        var start = stage.Now;
        while (shop.Pool.Snapshot.All.Any(static e => e.Health != EndpointHealth.Unhealthy))
        {
            await shop.CallAsync();
            await stage.AdvanceAsync(0.05);
        }

        // The rest after a good check, then two rechecks; no interval.
        Assert.InRange((stage.Now - start).TotalSeconds, 2 * 1.25, (3 * 1.27) + 0.2);
    });

    [Fact]
    public void RemovedInstance_IsCheckedNoMore() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1, 2, 3));
        await using var pool = ServicePool.Follow(registry, Stage.Service, stage.Environment, Options(checker));
        await stage.AdvanceAsync(30);
        registry.Tell(Stage.Catalog(2, 2, 3));
        await stage.AdvanceAsync(0.001);
        var before = checker.Checks.Count(static c => c.Id == "orders-1");
        await stage.AdvanceAsync(60);
        Assert.Equal(before, checker.Checks.Count(static c => c.Id == "orders-1"));
        Assert.DoesNotContain(stage.Simulation.RunningLoops, static l => l.Name.EndsWith("orders-1", StringComparison.Ordinal));
    });

    [Fact]
    public void Dispose_DuringChecks_LeavesNoLoop() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        checker.Hanging.Add("orders-1");
        var pool = Follow(stage, checker, 1, 2, 3);
        await stage.AdvanceAsync(33.3);
        Assert.Equal(4, stage.Simulation.RunningLoops.Count);
        await pool.DisposeAsync();
        Assert.Empty(stage.Simulation.RunningLoops);
        Assert.Equal(TimeSpan.FromSeconds(33.3), stage.Now);
        await pool.DisposeAsync();
    });

    [Fact]
    public void Reconfigure_OfTheInterval_IsFollowedAtOnce() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var pool = Follow(stage, checker, [.. Enumerable.Range(1, 20)]);
        pool.Reconfigure(new HealthOptions { Checker = checker, CheckInterval = TimeSpan.FromHours(1) });
        await stage.AdvanceAsync(100);
        var before = checker.Checks.Count;
        Assert.InRange(before, 0, 10);

        pool.Reconfigure(new HealthOptions { Checker = checker, CheckInterval = TimeSpan.FromSeconds(1) });
        await stage.AdvanceAsync(10.1);
        var checks = checker.Checks.Skip(before).ToArray();
        // Spread as ever, and each by its own interval.
        Assert.InRange(checks.Length, 190, 205);
        Assert.InRange(checks.Count(c => c.At - checks[0].At < TimeSpan.FromMilliseconds(100)), 1, 4);
        // The loops of the former interval are gone.
        Assert.Equal(21, stage.Simulation.RunningLoops.Count);
    });

    [Fact]
    public void Reconfigure_OfTheThresholdsOfChecks_KeepsVerdictAndRounds() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        await using var pool = Follow(stage, checker, 1, 2, 3);
        await stage.AdvanceAsync(0.001);
        checker.Failing.Add("orders-1");
        await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Unhealthy);
        var loops = stage.Simulation.RunningLoops.ToArray();
        pool.Reconfigure(new HealthOptions { Checker = checker, Rise = 4, Fall = 1 });
        Assert.Equal(EndpointHealth.Unhealthy, pool.Snapshot.All[0].Health);
        Assert.Equal(loops, stage.Simulation.RunningLoops);
        checker.Failing.Clear();
        var toRise = await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Healthy);
        Assert.InRange(toRise.TotalSeconds, 3 * 1.25, 5.05 + (3 * 1.27));
        checker.Failing.Add("orders-2");
        var toFall = await stage.UntilAsync(() => pool.Snapshot.All[1].Health == EndpointHealth.Unhealthy);
        Assert.InRange(toFall.TotalSeconds, 0, 5.06);
    });

    [Fact]
    public void Reconfigure_OfTheChecker_BeginsAndEndsChecks() => Stage.Run(static async stage =>
    {
        var checker = new ScriptedChecker(stage);
        checker.Failing.Add("orders-1");
        await using var pool = Follow(stage, checker, 1, 2, 3);
        await stage.AdvanceAsync(0.001);
        await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Unhealthy);
        pool.Reconfigure(new HealthOptions());
        Assert.Equal(3, pool.Snapshot.Eligible.Length);
        await stage.AdvanceAsync(0.001);
        var before = checker.Checks.Count;
        await stage.AdvanceAsync(60);
        Assert.Equal(before, checker.Checks.Count);
        pool.Reconfigure(new HealthOptions { Checker = checker });
        await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Unhealthy, withinSeconds: 12);
    });

    private static ServicePool Follow(Stage stage, ScriptedChecker checker, params int[] instances)
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, instances));
        return ServicePool.Follow(registry, Stage.Service, stage.Environment, Options(checker));
    }

    private static PoolOptions Options(ScriptedChecker checker) => new() { Health = new HealthOptions { Checker = checker } };

    private sealed class Undisturbed : IFailureDetector
    {
        public TimeSpan? Observe(in CallOutcome outcome) => null;

        public void Reset() { }
    }

    private sealed class ScriptedChecker(Stage stage) : IHealthChecker
    {
        internal List<(TimeSpan At, string Id)> Checks { get; } = [];

        internal double Since(string id) => (stage.Now - Checks.FindLast(c => c.Id == id).At).TotalSeconds;

        internal HashSet<string> Hanging { get; } = new(StringComparer.Ordinal);

        internal HashSet<string> Failing { get; } = new(StringComparer.Ordinal);

        public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
        {
            Checks.Add((stage.Now, instance.Id));
            if (Hanging.Contains(instance.Id))
                await stage.Environment.Time.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
            return new HealthCheckResult(!Failing.Contains(instance.Id), "scripted");
        }
    }
}
