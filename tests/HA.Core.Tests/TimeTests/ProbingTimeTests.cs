using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Health;

namespace HA.Core.Tests.TimeTests;

public sealed class ProbingTimeTests
{
    private static ServicePool Pool(Stage stage, Asked asked, int instances, ProbingOptions? options = null)
    {
        var pool = new ServicePool(Stage.Service, stage.Environment, new PoolOptions
        {
            LoadBalancer = r => new ProbingLoadBalancer(r, stage.Environment, asked, options),
            Health = new HealthOptions { MaxEjectedShare = 0 },
        });
        pool.Apply(Stage.Catalog(1, [.. Enumerable.Range(1, instances)]));
        return pool;
    }

    private static string Pick(ServicePool pool)
    {
        Assert.True(pool.TryAcquire(default, default, out var lease));
        lease.Release();
        return lease.Endpoint.Instance.Id;
    }

    [Fact]
    public void Probes_FollowTheCalls_AndAreBoundedInEachRound() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage);
        await using var pool = Pool(stage, asked, 20);
        await stage.AdvanceAsync(5);
        Assert.Equal(0, asked.Count);
        Pick(pool);
        await stage.AdvanceAsync(1);
        Assert.Equal(3, asked.Count);
        for (var i = 0; i < 1000; i++) Pick(pool);
        await stage.AdvanceAsync(1);
        // Half of the endpoints make a pool, and a round asks for two of them.
        Assert.Equal(3 + 20, asked.Count);
    });

    [Fact]
    public void Pick_OneIsQuickAndOneIsHot_GoesToTheQuickAndNotToTheHot() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage)
        {
            Answer = static id => id switch
            {
                "orders-1" => new LoadReport(2, TimeSpan.FromMilliseconds(1)),
                "orders-2" => new LoadReport(50, TimeSpan.FromMilliseconds(0.1)),
                _ => new LoadReport(3, TimeSpan.FromMilliseconds(10)),
            },
        };
        await using var pool = Pool(stage, asked, 10, new ProbingOptions { ProbesPerCall = 10 });
        var picks = new Dictionary<string, int>();
        for (var i = 0; i < 2000; i++)
        {
            var id = Pick(pool);
            picks[id] = picks.GetValueOrDefault(id) + 1;
            await stage.AdvanceAsync(0.02);
        }

        // It is not in the pool for every call, and answers tell of two calls in flight more than none.
        Assert.InRange(picks["orders-1"], 600, 2000);
        Assert.InRange(picks.GetValueOrDefault("orders-2"), 0, 40);
    });

    [Fact]
    public void Pick_AnswerGrowsOld_IsNotChosenByIt() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage) { Answer = static id => new LoadReport(0, TimeSpan.FromMilliseconds(id == "orders-1" ? 1 : 99)) };
        await using var pool = Pool(stage, asked, 8);
        for (var i = 0; i < 200; i++)
        {
            Pick(pool);
            // Longer than any answer is good for: two choices, which know nothing, decide.
            await stage.AdvanceAsync(1.5);
        }

        Assert.InRange(asked.Count, 590, 600);
        var ofFirst = 0;
        for (var i = 0; i < 400; i++)
        {
            if (Pick(pool) == "orders-1") ofFirst++;
            await stage.AdvanceAsync(1.5);
        }

        Assert.InRange(ofFirst, 25, 80);
    });

    [Fact]
    public void Probes_NobodyAnswers_DoNotPileUpAndCallsGoOn() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage) { Delay = TimeSpan.FromHours(1) };
        await using var pool = Pool(stage, asked, 8);
        for (var i = 0; i < 500; i++)
        {
            Pick(pool);
            await stage.AdvanceAsync(0.01);
            Assert.InRange(asked.UnderWay, 0, 8);
        }

        Assert.NotEqual(0, asked.Count);
        await stage.AdvanceAsync(1);
        Assert.Equal(0, asked.UnderWay);
    });

    [Fact]
    public void Probes_ThrowOrLie_AreNoAnswer() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage)
        {
            Answer = static id => id switch
            {
                "orders-1" => throw new HttpRequestException("refused"),
                "orders-2" => new LoadReport(-5, TimeSpan.Zero),
                "orders-3" => new LoadReport(0, TimeSpan.FromTicks(-1)),
                "orders-4" => null,
                _ => new LoadReport(5, TimeSpan.FromMilliseconds(5)),
            },
        };
        await using var pool = Pool(stage, asked, 8, new ProbingOptions { ProbesPerCall = 8 });
        var picks = new List<string>();
        for (var i = 0; i < 400; i++)
        {
            picks.Add(Pick(pool));
            await stage.AdvanceAsync(0.02);
        }

        // But for the first calls, when nobody had answered yet, those that answer get nearly all.
        Assert.InRange(picks.Skip(50).Count(static id => id is "orders-1" or "orders-2" or "orders-3" or "orders-4"), 0, 60);
    });

    [Fact]
    public void Pick_FewEndpoints_AsksNobody() => Stage.Run(static async stage =>
    {
        var asked = new Asked(stage);
        await using var pool = Pool(stage, asked, 3);
        for (var i = 0; i < 100; i++)
        {
            Pick(pool);
            await stage.AdvanceAsync(0.02);
        }

        Assert.Equal(0, asked.Count);
    });

    [Fact]
    public void Pick_EndpointLeaves_ItsAnswerLeavesToo() => Stage.RunSeeds(10, static async stage =>
    {
        var asked = new Asked(stage) { Answer = static id => new LoadReport(0, TimeSpan.FromMilliseconds(id == "orders-1" ? 1 : 99)) };
        await using var pool = Pool(stage, asked, 8, new ProbingOptions { ProbesPerCall = 8 });
        for (var i = 0; i < 50; i++)
        {
            Pick(pool);
            await stage.AdvanceAsync(0.02);
        }

        Pick(pool);
        // It may have been asked, and not have answered, when it leaves.
        asked.Delay = TimeSpan.FromMilliseconds(50);
        await stage.AdvanceAsync(0.02);
        pool.Apply(Stage.Catalog(2, [.. Enumerable.Range(2, 7)]));
        for (var i = 0; i < 50; i++)
        {
            Assert.NotEqual("orders-1", Pick(pool));
            await stage.AdvanceAsync(0.02);
        }
    });

    [Fact]
    public void Pool_WrapperIsDisposed_ItsProbesEnd() => Stage.Run(static async stage =>
    {
        // That no loop is left is looked at by the stage.
        var pool = new ServicePool(Stage.Service, stage.Environment, new PoolOptions
        {
            LoadBalancer = r => new PriorityLoadBalancer(r, x => new StickyLoadBalancer(
                x, y => new SubsetLoadBalancer(y, z => new ZoneAwareLoadBalancer(
                    z, q => new ProbingLoadBalancer(q, stage.Environment, new Asked(stage)), "a", static () => ["a"]), static () => (0, 1)))),
        });
        pool.Apply(Stage.Catalog(1, 1, 2, 3, 4));
        await stage.AdvanceAsync(1);
        Assert.NotEmpty(stage.Simulation.RunningLoops);
        await pool.DisposeAsync();
    });

    private sealed class Asked(Stage stage) : ILoadProbe
    {
        internal int Count { get; private set; }

        internal int UnderWay { get; private set; }

        internal TimeSpan Delay { get; set; }

        internal Func<string, LoadReport?> Answer { get; init; } = static _ => new LoadReport(1, TimeSpan.FromMilliseconds(1));

        public async ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken)
        {
            Count++;
            UnderWay++;
            try
            {
                await stage.Simulation.DelayAsync(Delay, cancellationToken);
                return Answer(instance.Id);
            }
            finally
            {
                UnderWay--;
            }
        }
    }
}
