using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class FailureAwareLoadBalancerTests
{
    private readonly ManualEnvironment _environment = new();
    private readonly ImmutableArray<Endpoint> _endpoints;
    private readonly SeededStream _stream = new(7);

    public FailureAwareLoadBalancerTests()
    {
        var clock = new EndpointClock(_environment.Time);
        _endpoints = [.. Enumerable.Range(0, 2).Select(i => new Endpoint(Orders.Instance(i), clock))];
        _environment.Advance(TimeSpan.FromSeconds(1000));
    }

    private double ShareOfFirst(int picks = 2000)
    {
        var picker = new FailureAwareLoadBalancer(_stream).CreatePicker(Orders.Snapshot(_endpoints));
        return Enumerable.Range(0, picks).Count(_ => picker.Pick(default) == _endpoints[0]) / (double)picks;
    }

    private void Learn(int index, OutcomeKind kind, double milliseconds, int times = 1)
    {
        for (; times > 0; times--)
            _endpoints[index].Learn(new CallOutcome(kind, TimeSpan.FromMilliseconds(milliseconds), _environment.Time.GetTimestamp()));
    }

    [Fact]
    public void Pick_NobodyKnown_IsUniform() => Assert.InRange(ShareOfFirst(), 0.45, 0.55);

    [Fact]
    public void Pick_OneIsSlower_IsAvoidedUntilTheOtherIsAsBusy()
    {
        Learn(0, OutcomeKind.Success, 40, 20);
        Learn(1, OutcomeKind.Success, 10, 20);
        Assert.Equal(0, ShareOfFirst());
        _endpoints[1].Occupy(5);
        Assert.Equal(1, ShareOfFirst());
    }

    [Fact]
    public void Pick_OneFailsFast_IsAvoided()
    {
        Learn(0, OutcomeKind.Success, 10, 20);
        Learn(1, OutcomeKind.Success, 10, 20);
        Learn(0, OutcomeKind.Failure, 0.1, 8);
        _endpoints[1].Occupy(20);
        Assert.Equal(0, ShareOfFirst());
    }

    [Fact]
    public void Pick_FailedLongAgo_IsTriedAgainWithOneCall()
    {
        Learn(0, OutcomeKind.Success, 10, 20);
        Learn(0, OutcomeKind.Failure, 1, 100);
        for (var second = 0; second < 17; second++)
        {
            Learn(1, OutcomeKind.Success, 10, 5);
            _environment.Advance(TimeSpan.FromSeconds(1));
        }

        Learn(1, OutcomeKind.Success, 10, 5);
        _endpoints[1].Occupy(4);
        Assert.Equal(1, ShareOfFirst());
        _endpoints[0].Occupy(1);
        Assert.Equal(0, ShareOfFirst());
    }

    [Fact]
    public void Pick_Newcomer_GetsOneCallThenTwoThenFour()
    {
        Learn(1, OutcomeKind.Success, 10, 20);
        _endpoints[1].Occupy(20);
        foreach (var trusted in new[] { 1, 2, 4, 8 })
        {
            // Idle as it is, it gets no more than its share; and nothing beyond what it is trusted with.
            Assert.InRange(ShareOfFirst(), 0.45, 0.55);
            _endpoints[0].Occupy(trusted - _endpoints[0].InFlight);
            Assert.Equal(0, ShareOfFirst());
            Learn(0, OutcomeKind.Success, 10);
        }
    }

    [Fact]
    public void Pick_AllAreNew_NobodyIsHeldBack()
    {
        _endpoints[0].Occupy(50);
        _endpoints[1].Occupy(50);
        Assert.InRange(ShareOfFirst(), 0.45, 0.55);
    }

    [Fact]
    public void Pick_IdleWithWeights_SharesByWeight()
    {
        var endpoints = Orders.Weighted(1, 3);
        var picker = new FailureAwareLoadBalancer(_stream).CreatePicker(Orders.Snapshot(endpoints));
        var heavy = Enumerable.Range(0, 20_000).Count(_ => picker.Pick(default) == endpoints[1]);
        Assert.InRange(heavy, 14_700, 15_300);
    }

    // The logarithms against the formula, written out.
    [Fact]
    public void Pick_AnyFacts_IsAsTheFormulaSays()
    {
        for (var round = 0; round < 2000; round++)
        {
            var clock = new EndpointClock(_environment.Time);
            ImmutableArray<Endpoint> two = [.. Enumerable.Range(0, 2).Select(i => new Endpoint(Orders.Instance(i), clock))];
            foreach (var endpoint in two)
            {
                var latency = TimeSpan.FromMilliseconds(1 + _stream.Next(100));
                for (var i = 0; i < 10; i++) endpoint.Learn(new CallOutcome(OutcomeKind.Success, latency, _environment.Time.GetTimestamp()));
                endpoint.Occupy(1 + _stream.Next(6));
                for (var i = _stream.Next(10); i > 0; i--) endpoint.Learn(new CallOutcome(OutcomeKind.Failure, latency, _environment.Time.GetTimestamp()));
            }

            _environment.Advance(TimeSpan.FromMilliseconds(_stream.Next(20_000)));
            double a = Cost(two[0]), b = Cost(two[1]);
            // Straight lines between powers of two: each of the two factors may be off by a tenth.
            if (Math.Max(a, b) / Math.Min(a, b) < 1.35) continue;
            var picker = new FailureAwareLoadBalancer(_stream).CreatePicker(Orders.Snapshot(two));
            Assert.Same(a < b ? two[0] : two[1], picker.Pick(default));
        }
    }

    private double Cost(Endpoint endpoint)
    {
        var stats = endpoint.Stats;
        var share = Math.Max(stats.SuccessShare, 0.3);
        var left = _environment.Time.GetElapsedTime(_environment.Time.GetTimestamp(), endpoint.Facts.FailuresForgottenAt).TotalSeconds;
        var octaves = stats.FailuresInARow < 8 ? (stats.FailuresInARow - 1) / 2.0 : 10.5;
        var sinceFailure = (octaves * 2 * Math.Log(2)) - left;
        var doubt = stats.FailuresInARow == 0 ? 1 : Math.Max(1, Math.Pow(2, octaves) * Math.Exp(-sinceFailure / 2));
        return stats.Latency!.Value.TotalSeconds * (endpoint.InFlight + 1) / (share * share) * doubt;
    }
}
