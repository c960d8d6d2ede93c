using HA.Core.Calls;

namespace HA.Core.Tests.Calls;

public class AdaptiveLimitTests
{
    private const double BaseMs = 10;

    private TimeSpan _now;

    // An endpoint that serves so many at once without delay; more make each other wait.
    private void Run(AdaptiveLimit limit, int calls, double capacity, double slowness = 1)
    {
        for (var i = 0; i < calls; i++)
        {
            var inFlight = limit.Current;
            var latency = BaseMs * slowness * Math.Max(1, inFlight / capacity);
            limit.Record(OutcomeKind.Success, TimeSpan.FromMilliseconds(latency), inFlight, _now += TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Current_EverythingThreeTimesSlower_IsNotTakenForNormalWithinMinutes()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions());
        Run(limit, 4_000, capacity: 100);
        var before = limit.Current;
        Run(limit, 60_000, capacity: 100, slowness: 3);
        Assert.True(limit.Current < before * 0.5, $"{limit.Current} of {before}");
    }

    [Fact]
    public void Current_EndpointBearsMore_Grows()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions());
        Run(limit, 2_000, capacity: 100);
        Assert.InRange(limit.Current, 100, 100 * 2.2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void Current_BeginsAboveWhatTheEndpointBears_FindsItsWayDown(int capacity)
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions { InitialLimit = 40 });
        Run(limit, 4_000, capacity);
        Assert.InRange(limit.Current, capacity, (capacity * 2) + Math.Sqrt(capacity * 4) + 3);
    }

    [Fact]
    public void Current_Measuring_IsPutBackWhereItWas()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions { InitialLimit = 40 });
        var least = 40;
        for (var i = 0; i < 200; i++)
        {
            Run(limit, 1, capacity: 1000);
            least = Math.Min(least, limit.Current);
        }

        // Half of it was as quick: nobody waited.
        Assert.Equal(20, least);
        Assert.True(limit.Current >= 40, $"{limit.Current}");
    }

    [Fact]
    public void Current_OverloadWhileMeasuring_IsNotForgotten()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions { InitialLimit = 40 });
        while (limit.Current == 40) Run(limit, 1, capacity: 1000);
        for (var i = 0; i < 20; i++) limit.Record(OutcomeKind.Overload, TimeSpan.Zero, 1, _now);
        Run(limit, 62, capacity: 1000);
        Assert.InRange(limit.Current, 3, 12);
    }

    [Fact]
    public void Current_CapacityHalves_FollowsToHalf()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions());
        Run(limit, 4_000, capacity: 100);
        var before = limit.Current;
        Run(limit, 2_000, capacity: 50);
        Assert.InRange(limit.Current, before * 0.4, before * 0.6);
    }

    [Fact]
    public void Current_Overload_FallsToTheFloorAndNotBelow()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions { MinLimit = 3 });
        for (var i = 0; i < 100; i++) limit.Record(OutcomeKind.Overload, TimeSpan.Zero, 1, _now);
        Assert.Equal(3, limit.Current);
        Run(limit, 2_000, capacity: 100);
        Assert.True(limit.Current > 50);
    }

    [Fact]
    public void Current_HardlyUsed_StaysAsItIs()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions());
        for (var i = 0; i < 1_000; i++) limit.Record(OutcomeKind.Success, TimeSpan.FromMilliseconds(BaseMs), 1, _now);
        Assert.Equal(new ConcurrencyOptions().InitialLimit, limit.Current);
    }

    [Fact]
    public void Current_CancelledCalls_TeachNothing()
    {
        var limit = new AdaptiveLimit(new ConcurrencyOptions());
        for (var i = 0; i < 1_000; i++) limit.Record(OutcomeKind.Ignored, TimeSpan.FromHours(1), 100, _now);
        Assert.Equal(new ConcurrencyOptions().InitialLimit, limit.Current);
    }
}
