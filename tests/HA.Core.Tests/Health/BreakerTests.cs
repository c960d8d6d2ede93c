using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>States that breakers are known to get wrong, and how many may try at once.</summary>
public class BreakerTests
{
    private static HealthRig OnProbation(int permits = 1, int proofs = 1)
    {
        var rig = new HealthRig(HealthRig.Defaults with { ProbePermits = permits, ProbesToRestore = proofs });
        rig.Eject();
        rig.WaitForProbation();
        return rig;
    }

    [Fact]
    public void HalfOpen_CallerCancelsTheProbe_StaysHalfOpen()
    {
        var rig = OnProbation();
        var probe = rig.Enter();
        rig.Environment.Advance(TimeSpan.FromMilliseconds(50));
        rig.Record(OutcomeKind.Ignored, probe);
        Assert.Equal(EndpointHealth.Probing, rig.Health);
        // And the permit is there for the next.
        rig.Enter();
        Assert.False(rig.TryEnter(out _));
    }

    [Fact]
    public void HalfOpen_StragglerFromBeforeTheBreakSucceeds_StaysHalfOpen()
    {
        var rig = new HealthRig();
        var straggler = rig.Enter();
        rig.Eject();
        rig.WaitForProbation();
        var probe = rig.Enter();
        rig.Record(OutcomeKind.Success, straggler);
        Assert.Equal(EndpointHealth.Probing, rig.Health);
        Assert.False(rig.TryEnter(out _));
        rig.Record(OutcomeKind.Failure, probe);
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
    }

    [Fact]
    public void HalfOpen_ProbeHangs_AnotherIsAdmittedAfterItsTimeout()
    {
        var rig = OnProbation();
        var hung = rig.Enter();
        rig.Environment.Advance(HealthDefaults.ProbeTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(rig.TryEnter(out _));
        rig.Environment.Advance(TimeSpan.FromMilliseconds(1));
        var second = rig.Enter();
        Assert.False(rig.TryEnter(out _));
        // Whatever becomes of the hung one, it is too late.
        rig.Record(OutcomeKind.Failure, hung);
        Assert.Equal(EndpointHealth.Probing, rig.Health);
        Assert.False(rig.TryEnter(out _));
        rig.Record(OutcomeKind.Success, second);
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
    }

    [Fact]
    public void Closed_CancellationsAmongFailures_AreNotSuccesses()
    {
        var rig = new HealthRig(new HealthOptions { FailureThreshold = 100, FailureShare = 0.5, MinWindowCalls = 10 });
        for (var i = 0; i < 36 && rig.Health == EndpointHealth.Healthy; i++) rig.Call(i % 3 == 0 ? OutcomeKind.Failure : OutcomeKind.Ignored);
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
    }

    [Fact]
    public void HalfOpen_HungProbesOfSeveral_EachGivesItsOwnPermitBack()
    {
        var rig = OnProbation(permits: 3);
        rig.Enter();
        rig.Environment.Advance(TimeSpan.FromSeconds(2));
        rig.Enter();
        var quick = rig.Enter();
        rig.Record(OutcomeKind.Ignored, quick);
        rig.Environment.Advance(TimeSpan.FromSeconds(3));
        // The first is overdue, the second is not, the third came back.
        rig.Enter();
        rig.Enter();
        Assert.False(rig.TryEnter(out _));
        rig.Environment.Advance(TimeSpan.FromSeconds(2));
        rig.Enter();
        Assert.False(rig.TryEnter(out _));
    }

    [Fact]
    public void HalfOpen_SeveralProofsNeeded_ComesBackWithTheLast()
    {
        var rig = OnProbation(proofs: 3);
        rig.Call(OutcomeKind.Success);
        rig.Call(OutcomeKind.Ignored);
        rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Probing, rig.Health);
        rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
    }

    [Fact]
    public void HalfOpen_FailureAfterProofs_EjectsAndForgetsThem()
    {
        var rig = OnProbation(proofs: 2);
        rig.Call(OutcomeKind.Success);
        rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
        rig.WaitForProbation();
        rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Probing, rig.Health);
    }

    [Fact]
    public void Panic_FailureBetweenProofs_BeginsAgain()
    {
        var rig = new HealthRig(HealthRig.Defaults with { ProbesToRestore = 2 });
        rig.Eject();
        var monitor = rig.Endpoint.Monitor;
        foreach (var kind in new[] { OutcomeKind.Success, OutcomeKind.Failure, OutcomeKind.Success }) rig.Record(kind, monitor.EnterAnyway());
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
        rig.Record(OutcomeKind.Success, monitor.EnterAnyway());
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void HalfOpen_ManyThreads_NeverMoreThanSoManyProbesAtOnce(int permits)
    {
        const int Threads = 8, Rounds = 20_000;
        var rig = OnProbation(permits, proofs: int.MaxValue);
        int inside = 0, worst = 0, entered = 0;
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (!rig.TryEnter(out var ticket)) continue;
                var now = Interlocked.Increment(ref inside);
                for (var seen = Volatile.Read(ref worst); now > seen; seen = Volatile.Read(ref worst))
                    Interlocked.CompareExchange(ref worst, now, seen);
                Interlocked.Increment(ref entered);
                Interlocked.Decrement(ref inside);
                rig.Record((round + thread) % 2 == 0 ? OutcomeKind.Success : OutcomeKind.Ignored, ticket);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.InRange(worst, 1, permits);
        Assert.True(entered >= Rounds, $"{entered}");
        for (var i = 0; i < permits; i++) rig.Enter();
        Assert.False(rig.TryEnter(out _));
    }

    [Fact]
    public void HalfOpen_ManyThreadsWhileItIsEjectedAndComesBack_LeaksNoPermit()
    {
        const int Permits = 2;
        var rig = OnProbation(Permits, proofs: 5);
        var isOver = false;
        var threads = Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            for (var round = 0; !Volatile.Read(ref isOver); round++)
            {
                if (rig.TryEnter(out var ticket)) rig.Record((OutcomeKind)((round + thread) % 4), ticket);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        for (var i = 0; i < 3000; i++)
        {
            rig.Tracker.MarkUnhealthy(rig.Endpoint, "by hand");
            rig.Tracker.Update(rig.Endpoint, Orders.Instance(1).WithRegisteredAt(DateTimeOffset.UnixEpoch.AddSeconds(i)));
        }

        Volatile.Write(ref isOver, true);
        foreach (var thread in threads) thread.Join();
        rig.Tracker.MarkUnhealthy(rig.Endpoint, "by hand");
        rig.Tracker.Update(rig.Endpoint, Orders.Instance(1).WithRegisteredAt(DateTimeOffset.UnixEpoch.AddDays(1)));
        Assert.Equal(EndpointHealth.Probing, rig.Health);
        for (var i = 0; i < Permits; i++) rig.Enter();
        Assert.False(rig.TryEnter(out _));
    }

    [Fact]
    public void Balancers_EndpointComesBack_TrustItAfresh()
    {
        var rig = new HealthRig();
        for (var i = 0; i < Endpoint.SuccessesToTrust; i++) Succeed();
        rig.Eject();
        rig.Endpoint.Learn(new CallOutcome(OutcomeKind.Failure, TimeSpan.FromMilliseconds(1), rig.Environment.Clock.GetTimestamp()));
        Assert.Equal((Endpoint.SuccessesToTrust, 1), (rig.Endpoint.Facts.Successes, rig.Endpoint.Stats.FailuresInARow));
        rig.WaitForProbation();
        Assert.Equal((0, 0, 1.0), (rig.Endpoint.Facts.Successes, rig.Endpoint.Stats.FailuresInARow, rig.Endpoint.Stats.SuccessShare));
        Succeed();
        rig.Call(OutcomeKind.Success);
        Assert.Equal(1, rig.Endpoint.Facts.Successes);
        rig.Tracker.Update(rig.Endpoint, Orders.Instance(1, status: ServiceStatus.Draining));
        rig.Tracker.Update(rig.Endpoint, Orders.Instance(1));
        Assert.Equal(1, rig.Endpoint.Facts.Successes);

        void Succeed() => rig.Endpoint.Learn(new CallOutcome(OutcomeKind.Success, TimeSpan.FromMilliseconds(5), rig.Environment.Clock.GetTimestamp()));
    }
}
