using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class EndpointLearningTests
{
    private readonly ManualEnvironment _environment = new();
    private readonly Endpoint _endpoint;

    public EndpointLearningTests() => _endpoint = new Endpoint(Orders.Instance(1), new EndpointClock(_environment.Time));

    private void Learn(OutcomeKind kind, double milliseconds) =>
        _endpoint.Learn(new CallOutcome(kind, TimeSpan.FromMilliseconds(milliseconds), _environment.Time.GetTimestamp()));

    private void Settle(double milliseconds)
    {
        for (var i = 0; i < 30; i++) Learn(OutcomeKind.Success, milliseconds);
    }

    [Fact]
    public void Stats_New_KnowNothing() => Assert.Equal(new EndpointStats(null, 1, 0, null), _endpoint.Stats);

    [Fact]
    public void Learn_HigherLatency_RisesAtOnceAndFallsSlowly()
    {
        Settle(10);
        Learn(OutcomeKind.Success, 100);
        Assert.Equal(100, _endpoint.Stats.Latency!.Value.TotalMilliseconds);
        _environment.Advance(TimeSpan.FromSeconds(10));
        Learn(OutcomeKind.Success, 10);
        // 1/e in theory, 0.4 as it is reckoned.
        Assert.InRange(_endpoint.Stats.Latency!.Value.TotalMilliseconds, 43, 47);
    }

    [Fact]
    public void Learn_SlowFirstCall_IsSoonForgotten()
    {
        Learn(OutcomeKind.Success, 1000);
        Settle(10);
        Assert.InRange(_endpoint.Stats.Latency!.Value.TotalMilliseconds, 10, 25);
    }

    [Fact]
    public void Learn_Joined_IsNoFasterThanPresumedUntilTimeHasShownIt()
    {
        _endpoint.Join(TimeSpan.FromMilliseconds(60).Ticks, _environment.Time.GetTimestamp());
        Assert.Null(_endpoint.Stats.Latency);
        Settle(10);
        Assert.InRange(_endpoint.Stats.Latency!.Value.TotalMilliseconds, 59, 60);
        for (var second = 0; second < 30; second++)
        {
            _environment.Advance(TimeSpan.FromSeconds(1));
            Learn(OutcomeKind.Success, 10);
        }

        Assert.InRange(_endpoint.Stats.Latency!.Value.TotalMilliseconds, 10, 15);
    }

    [Fact]
    public void Learn_JoinedAndSlower_IsTakenForWhatItIs()
    {
        _endpoint.Join(TimeSpan.FromMilliseconds(10).Ticks, _environment.Time.GetTimestamp());
        Settle(40);
        Assert.Equal(40, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void Learn_JoinedAndOutOfUse_PresumptionFades()
    {
        _endpoint.Join(TimeSpan.FromMilliseconds(60).Ticks, _environment.Time.GetTimestamp());
        _environment.Advance(TimeSpan.FromMinutes(5));
        Learn(OutcomeKind.Success, 10);
        Assert.Equal(10, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void ComeBack_AfterFailures_IsNewAndForgiven()
    {
        Settle(70);
        for (var i = 0; i < 20; i++) Learn(OutcomeKind.Failure, 1);
        _environment.Advance(TimeSpan.FromSeconds(5));
        _endpoint.ComeBack(TimeSpan.FromMilliseconds(50).Ticks, _environment.Time.GetTimestamp());
        Assert.Equal((0, 1.0), (_endpoint.Stats.FailuresInARow, _endpoint.Stats.SuccessShare));
        Assert.True(_endpoint.Facts.NeedsCloserLook);
        Learn(OutcomeKind.Success, 5);
        Assert.Equal(1, _endpoint.Facts.Successes);
        Assert.Equal(50, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void ComeBack_WithoutAFailure_IsNew()
    {
        Settle(10);
        Assert.False(_endpoint.Facts.NeedsCloserLook);
        _endpoint.ComeBack(TimeSpan.FromMilliseconds(10).Ticks, _environment.Time.GetTimestamp());
        Assert.True(_endpoint.Facts.NeedsCloserLook);
        Assert.Equal(_endpoint.Facts.LatencyCost, _endpoint.Facts.Cost);
    }

    [Theory]
    [InlineData(OutcomeKind.Failure)]
    [InlineData(OutcomeKind.Overload)]
    public void Learn_FastFailure_DoesNotLookFast(OutcomeKind kind)
    {
        Settle(10);
        var before = _endpoint.Facts.Cost;
        Learn(kind, 0.1);
        Assert.Equal(10, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 6);
        Assert.Equal(1, _endpoint.Stats.FailuresInARow);
        Assert.Equal(0.98, _endpoint.Stats.SuccessShare, 3);
        Assert.True(_endpoint.Facts.Cost > before);
        // One failure may happen to anybody.
        Assert.True(_endpoint.Facts.FailuresForgottenAt <= _environment.Time.GetTimestamp());
        Learn(kind, 0.1);
        Assert.True(_endpoint.Facts.FailuresForgottenAt > _environment.Time.GetTimestamp());
        Assert.True(_endpoint.Facts.NeedsCloserLook);
    }

    [Fact]
    public void Learn_FastFailuresForLong_DoNotMakeItFast()
    {
        Settle(10);
        for (var i = 0; i < 100; i++)
        {
            _environment.Advance(TimeSpan.FromMilliseconds(100));
            Learn(OutcomeKind.Failure, 0.1);
        }

        Assert.Equal(10, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 6);
    }

    [Fact]
    public void Learn_SuccessAfterFailures_EndsTheDoubtAtOnce()
    {
        Settle(10);
        for (var i = 0; i < 20; i++) Learn(OutcomeKind.Failure, 1);
        Assert.True(_endpoint.Facts.NeedsCloserLook);
        Learn(OutcomeKind.Success, 10);
        Assert.Equal(0, _endpoint.Stats.FailuresInARow);
        Assert.False(_endpoint.Facts.NeedsCloserLook);
    }

    [Fact]
    public void Learn_AnyNumberOfFailures_IsDoubtedForFifteenSecondsAtMost()
    {
        Settle(10);
        for (var i = 0; i < 1000; i++) Learn(OutcomeKind.Failure, 1);
        var left = _environment.Time.GetElapsedTime(_environment.Time.GetTimestamp(), _endpoint.Facts.FailuresForgottenAt);
        Assert.InRange(left.TotalSeconds, 14, 15);
    }

    [Fact]
    public void Learn_CallerGaveUp_TellsOnlyThatItTakesSoLong()
    {
        Settle(10);
        Learn(OutcomeKind.Ignored, 5);
        Assert.Equal(10, _endpoint.Stats.Latency!.Value.TotalMilliseconds, 6);
        Learn(OutcomeKind.Ignored, 500);
        Assert.Equal((500.0, 0, 1.0), (_endpoint.Stats.Latency!.Value.TotalMilliseconds, _endpoint.Stats.FailuresInARow, _endpoint.Stats.SuccessShare));
    }

    [Fact]
    public void SuccessShare_OnlySuccesses_ReturnsToOne()
    {
        Learn(OutcomeKind.Failure, 1);
        for (var i = 0; i < 500; i++) Learn(OutcomeKind.Success, 1);
        Assert.Equal(1, _endpoint.Stats.SuccessShare);
    }

    [Fact]
    public void ReportLoad_OwnCalls_AreNotOthers()
    {
        _endpoint.Occupy(3);
        _endpoint.ReportLoad(10, 1);
        Assert.Equal(7, _endpoint.Stats.OthersInFlight);
        _endpoint.ReportLoad(1, 2);
        Assert.Equal(0, _endpoint.Stats.OthersInFlight);
        _endpoint.ReportLoad(-5, 3);
        Assert.Equal(0, _endpoint.Stats.OthersInFlight);
    }
}
