using HA.Core.Client;
using HA.Core.Health;
using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

public sealed class CheckScheduleTimeTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(500)]
    public void Checks_OfManyInstances_PeakAtMostTwiceTheMeanInAnyTenthOfASecond(int count)
    {
        for (var seed = 1ul; seed <= 5; seed++)
        {
            Stage.Run(
                async stage =>
                {
                    var checker = new Patient(stage);
                    await using var pool = Follow(stage, new HealthOptions { Checker = checker }, count);
                    await stage.AdvanceAsync(60);
                    var times = checker.Checks.Select(static c => c.At).ToArray();
                    var first = 0;
                    var peak = 0;
                    for (var last = 0; last < times.Length; last++)
                    {
                        while (times[last] - times[first] >= TimeSpan.FromMilliseconds(100)) first++;
                        peak = Math.Max(peak, last - first + 1);
                    }

                    Assert.InRange(peak, 1, Math.Max(2, 2 * count / 50));
                    Assert.InRange(times.Length, count * 11, count * 12);
                },
                seed);
        }
    }

    [Fact]
    public void Crashes_AThousandOfThem_AreSeenWithinThePublishedBound()
    {
        var crashes = 0;
        for (var seed = 1ul; seed <= 25; seed++)
        {
            var options = new HealthOptions
            {
                Fall = 1 + (int)(seed % 3),
                CheckInterval = TimeSpan.FromSeconds(2 + (seed % 4)),
                CheckTimeout = TimeSpan.FromMilliseconds(500 + (100 * seed % 1000)),
            };
            Stage.Run(
                async stage =>
                {
                    const int Count = 40;
                    var checker = new Patient(stage);
                    options = options with { Checker = checker };
                    await using var pool = Follow(stage, options, Count);
                    await stage.AdvanceAsync(10);
                    var random = stage.Environment.Random("crashes");
                    var crashedAt = new TimeSpan[Count];
                    for (var i = 0; i < Count; i++)
                    {
                        await stage.AdvanceAsync(random.NextTime(TimeSpan.FromSeconds(3)));
                        // Half of them refuse at once, half hang.
                        (i % 2 == 0 ? checker.Refusing : checker.Hanging).Add($"orders-{i + 1}");
                        crashedAt[i] = stage.Now;
                    }

                    await stage.AdvanceAsync(options.DetectionBound);
                    for (var i = 0; i < Count; i++)
                    {
                        var seen = Assert.Single(stage.Journal.HealthChanges, h => h.Id == $"orders-{i + 1}" && h.Health == EndpointHealth.Unhealthy);
                        Assert.InRange(seen.At - crashedAt[i], TimeSpan.Zero, options.DetectionBound);
                        crashes++;
                    }
                },
                seed);
        }

        Assert.Equal(1000, crashes);
    }

    [Fact]
    public void Bound_IsNotFarFromWhatHappens() => Stage.Run(static async stage =>
    {
        var checker = new Patient(stage);
        var options = new HealthOptions { Checker = checker };
        await using var pool = Follow(stage, options, 200);
        await stage.AdvanceAsync(10);
        checker.Hanging.UnionWith(Enumerable.Range(1, 200).Where(static i => i % 20 == 0).Select(static i => $"orders-{i}"));
        var start = stage.Now;
        await stage.AdvanceAsync(options.DetectionBound);
        var worst = stage.Journal.HealthChanges.Where(static h => h.Health == EndpointHealth.Unhealthy).Max(h => h.At - start);
        Assert.InRange(worst, options.DetectionBound * 0.85, options.DetectionBound);
    });

    [Fact]
    public void HangingOnes_MoreThanThereArePlaces_DelayNoVerdictOnOthers() => Stage.Run(static async stage =>
    {
        var checker = new Patient(stage);
        var options = new HealthOptions { Checker = checker, MaxConcurrentChecks = 8, UnhealthyCheckInterval = TimeSpan.FromSeconds(1.5) };
        await using var pool = Follow(stage, options, 30);
        await stage.AdvanceAsync(10);
        checker.Hanging.UnionWith(Enumerable.Range(1, 20).Select(static i => $"orders-{i}"));
        await stage.UntilAsync(() => pool.Snapshot.All.Count(static e => e.Health == EndpointHealth.Unhealthy) == 20);
        // Twenty want a place each 1.5 s for a second, and have two.
        await stage.AdvanceAsync(20);
        Assert.InRange(checker.MostAtOnce, 2, 8);
        var before = checker.Checks.Count(static c => c.Id == "orders-25");
        await stage.AdvanceAsync(50);
        Assert.InRange(checker.Checks.Count(static c => c.Id == "orders-25") - before, 9, 11);
        checker.Refusing.Add("orders-25");
        var seen = await stage.UntilAsync(() => pool.Snapshot.All.Single(static e => e.Instance.Id == "orders-25").Health == EndpointHealth.Unhealthy);
        Assert.InRange(seen, TimeSpan.Zero, options.DetectionBound);
        // Those that hang are still asked in turn, and come back when they answer.
        checker.Hanging.Clear();
        var back = await stage.UntilAsync(() => pool.Snapshot.All.Count(static e => e.Health == EndpointHealth.Healthy) == 29);
        Assert.InRange(back.TotalSeconds, 0, 20);
    });

    [Fact]
    public void DeafChecker_IsLeftBehindAfterItsTimeout() => Stage.Run(static async stage =>
    {
        var checker = new DelegateHealthChecker(async (instance, _) =>
        {
            if (instance.Id == "orders-1") await stage.Environment.Time.DelayAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
            return new HealthCheckResult(true, "at last");
        });
        var options = new HealthOptions { Checker = checker };
        await using var pool = Follow(stage, options, 2);
        await pool.WaitForCatalogAsync(default);
        var seen = await stage.UntilAsync(() => pool.Snapshot.All[0].Health == EndpointHealth.Unhealthy);
        Assert.InRange(seen, TimeSpan.Zero, options.DetectionBound);
        Assert.Contains(stage.Journal.HealthChanges, static h => h is { Id: "orders-1", Reason: "check timed out" });
        await stage.AdvanceAsync(120);
        Assert.Equal(EndpointHealth.Unhealthy, pool.Snapshot.All[0].Health);
        Assert.Equal(EndpointHealth.Healthy, pool.Snapshot.All[1].Health);
    });

    [Fact]
    public void Unhealthy_IsCheckedAtItsOwnInterval() => Stage.Run(static async stage =>
    {
        var checker = new Patient(stage);
        checker.Refusing.Add("orders-1");
        var options = new HealthOptions { Checker = checker, UnhealthyCheckInterval = TimeSpan.FromSeconds(1) };
        await using var pool = Follow(stage, options, 2);
        await stage.AdvanceAsync(30);
        checker.Checks.Clear();
        await stage.AdvanceAsync(20);
        Assert.InRange(checker.Checks.Count(static c => c.Id == "orders-1"), 19, 21);
        Assert.InRange(checker.Checks.Count(static c => c.Id == "orders-2"), 3, 5);
    });

    [Fact]
    public void Idle_IsCheckedSeldomUntilACallAsksForIt() => Stage.Run(static async stage =>
    {
        var checker = new Patient(stage);
        var options = new HealthOptions { Checker = checker, IdleCheckInterval = TimeSpan.FromSeconds(60) };
        await using var pool = Follow(stage, options, 2);
        await stage.AdvanceAsync(120);
        checker.Checks.Clear();
        await stage.AdvanceAsync(600);
        Assert.InRange(checker.Checks.Count, 18, 22);

        checker.Checks.Clear();
        checker.Refusing.UnionWith(["orders-1", "orders-2"]);
        Assert.True(pool.TryAcquire(default, [], out var lease));
        lease.Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
        var asked = lease.Endpoint;
        await stage.AdvanceAsync(0.01);
        Assert.Equal(asked.Instance.Id, Assert.Single(checker.Checks).Id);
        var seen = await stage.UntilAsync(() => asked.Health == EndpointHealth.Unhealthy);
        Assert.InRange(seen, TimeSpan.Zero, options.DetectionBound);
    });

    [Fact]
    public void InUse_IsCheckedAtTheUsualIntervalWhateverTheIdleOne() => Stage.Run(static async stage =>
    {
        var checker = new Patient(stage);
        await using var pool = Follow(stage, new HealthOptions { Checker = checker, IdleCheckInterval = TimeSpan.FromSeconds(60) }, 1);
        await pool.WaitForCatalogAsync(default);
        for (var second = 0; second < 100; second++)
        {
            Assert.True(pool.TryAcquire(default, [], out var lease));
            lease.Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
            await stage.AdvanceAsync(1);
        }

        Assert.InRange(checker.Checks.Count, 19, 21);
    });

    private static ServicePool Follow(Stage stage, HealthOptions health, int count)
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(ServiceCatalog.Create(Stage.Service, 1, Enumerable.Range(1, count).Select(Instance)));
        return ServicePool.Follow(registry, Stage.Service, stage.Environment, new PoolOptions { Health = health });
    }

    private static ServiceInstance Instance(int number) =>
        new(Stage.Service, $"orders-{number}", $"10.0.{number / 250}.{(number % 250) + 1}", 8080);

    /// <summary>Answers at once, refuses or hangs, as told; counts how many checks are under way.</summary>
    private sealed class Patient(Stage stage) : IHealthChecker
    {
        private int _underWay;

        internal List<(TimeSpan At, string Id)> Checks { get; } = [];

        internal HashSet<string> Refusing { get; } = new(StringComparer.Ordinal);

        internal HashSet<string> Hanging { get; } = new(StringComparer.Ordinal);

        internal int MostAtOnce { get; private set; }

        public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
        {
            Checks.Add((stage.Now, instance.Id));
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
            try
            {
                if (Hanging.Contains(instance.Id)) await stage.Environment.Time.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
                return new HealthCheckResult(!Refusing.Contains(instance.Id), "scripted");
            }
            finally
            {
                _underWay--;
            }
        }
    }
}
