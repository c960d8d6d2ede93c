using HA.Core.Calls;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Calls;

public class LatencyQuantileTests
{
    private readonly ManualTime _time = new();

    private void Feed(LatencyQuantile quantile, double seconds, Func<int, double> milliseconds, int perSecond = 100)
    {
        for (var i = 0; i < seconds * perSecond; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1.0 / perSecond));
            quantile.Record(TimeSpan.FromMilliseconds(milliseconds(i)), _time.GetTimestamp());
        }
    }

    [Fact]
    public void Value_FewSamples_IsUnknown()
    {
        var quantile = new LatencyQuantile(_time, 0.95);
        Feed(quantile, 2, static _ => 10, perSecond: 10);
        Assert.Null(quantile.Value);
    }

    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.95, 95)]
    [InlineData(0.99, 99)]
    public void Value_Uniform_IsExactToASixteenth(double share, double expected)
    {
        var quantile = new LatencyQuantile(_time, share);
        Feed(quantile, 10, static i => i % 100);
        Assert.InRange(quantile.Value!.Value.TotalMilliseconds, expected * 0.98, expected * 17 / 16 * 1.02);
    }

    [Fact]
    public void Value_LatencyFalls_FollowsWithinThreeSeconds()
    {
        var quantile = new LatencyQuantile(_time, 0.95);
        Feed(quantile, 20, static _ => 500);
        Feed(quantile, 3.1, static _ => 10);
        Assert.InRange(quantile.Value!.Value.TotalMilliseconds, 10, 11);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e12)]
    public void Record_AnyLatency_IsTaken(double milliseconds)
    {
        var quantile = new LatencyQuantile(_time, 0.5);
        Feed(quantile, 3, _ => milliseconds);
        Assert.NotNull(quantile.Value);
    }

    [Fact]
    public void Record_Always_AllocatesNothing()
    {
        var quantile = new LatencyQuantile(TimeProvider.System, 0.95);
        var second = TimeProvider.System.TimestampFrequency;
        var now = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 1000; i++) quantile.Record(TimeSpan.FromMilliseconds(i), now += second / 50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) quantile.Record(TimeSpan.FromMilliseconds(i), now += second / 50);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
