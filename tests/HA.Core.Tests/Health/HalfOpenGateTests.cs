using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class HalfOpenGateTests
{
    private HalfOpenGate _gate;

    [Fact]
    public void TryEnter_Closed_AdmitsEverybodyWithoutPermit()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(_gate.TryEnter(out var ticket));
            Assert.False(HalfOpenGate.HasPermit(ticket));
            Assert.True(_gate.IsCurrent(ticket));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public void TryEnter_HalfOpen_AdmitsSoManyUntilOneReturns(int permits)
    {
        _gate.Begin(permits);
        long ticket = 0;
        for (var i = 0; i < permits; i++) Assert.True(_gate.TryEnter(out ticket) && HalfOpenGate.HasPermit(ticket));
        Assert.False(_gate.TryEnter(out _));
        _gate.Return(ticket);
        Assert.True(_gate.TryEnter(out _));
        Assert.False(_gate.TryEnter(out _));
    }

    [Fact]
    public void Return_StaleTicket_GivesNothingBack()
    {
        _gate.Begin(1);
        Assert.True(_gate.TryEnter(out var stale));
        _gate.Begin(1);
        Assert.False(_gate.IsCurrent(stale));
        Assert.True(_gate.TryEnter(out _));
        _gate.Return(stale);
        Assert.False(_gate.TryEnter(out _));
    }

    [Fact]
    public void EnterAnyway_HalfOpen_IsCurrentAndHoldsNoPermit()
    {
        _gate.Begin(1);
        var ticket = _gate.EnterAnyway();
        Assert.True(_gate.IsCurrent(ticket));
        Assert.False(HalfOpenGate.HasPermit(ticket));
        Assert.True(_gate.TryEnter(out _));
    }

    [Fact]
    public void TryEnter_ManyThreads_NeverMoreInsideThanPermits()
    {
        const int Permits = 3, Threads = 8, Rounds = 40_000;
        _gate.Begin(Permits);
        int inside = 0, worst = 0, entered = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (!_gate.TryEnter(out var ticket)) continue;
                var now = Interlocked.Increment(ref inside);
                if (now > Volatile.Read(ref worst)) Interlocked.Exchange(ref worst, now);
                Interlocked.Increment(ref entered);
                Interlocked.Decrement(ref inside);
                _gate.Return(ticket);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.InRange(worst, 1, Permits);
        Assert.True(entered >= Rounds, $"{entered}");
        AssertAllPermitsAreThere(Permits);
    }

    [Fact]
    public void Begin_WhileThreadsComeAndGo_LeaksNoPermit()
    {
        const int Permits = 2, Threads = 4, Epochs = 4_000;
        _gate.Begin(Permits);
        var isOver = false;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (_gate.TryEnter(out var ticket) && HalfOpenGate.HasPermit(ticket)) _gate.Return(ticket);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        for (var epoch = 0; epoch < Epochs; epoch++) _gate.Begin(epoch % 3 == 0 ? 0 : Permits);
        _gate.Begin(Permits);
        Volatile.Write(ref isOver, true);
        foreach (var thread in threads) thread.Join();

        AssertAllPermitsAreThere(Permits);
    }

    private void AssertAllPermitsAreThere(int permits)
    {
        for (var i = 0; i < permits; i++) Assert.True(_gate.TryEnter(out _));
        Assert.False(_gate.TryEnter(out _));
    }
}
