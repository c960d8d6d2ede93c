using FsCheck;
using FsCheck.Fluent;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    private const double Bound = 1.0 / 256;

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(90)]
    [InlineData(99)]
    [InlineData(99.9)]
    [InlineData(99.99)]
    [InlineData(100)]
    public void Percentile_ManySamples_IsWithinTheBound(double percent)
    {
        var random = new SeededRandom(1, "test", "histogram");
        var distribution = new Lognormal(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1));
        var histogram = new LatencyHistogram();
        var values = new long[100_000];
        for (var i = 0; i < values.Length; i++) histogram.Record(values[i] = distribution.SampleTicks(random));
        Array.Sort(values);

        var exact = values[Math.Max(0, (int)Math.Ceiling(Math.Round(percent * values.Length / 100, 6)) - 1)];

        Assert.InRange(histogram.Percentile(percent), exact * (1 - Bound), exact * (1 + Bound));
    }

    [Fact]
    public void Percentile_AnySingleValueBetweenExtremes_IsWithinTheBound() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<long>().Filter(static v => v > 0 && v < long.MaxValue / 2), static v =>
        {
            var histogram = new LatencyHistogram();
            histogram.Record(0);
            histogram.Record(v);
            histogram.Record(long.MaxValue);
            return Math.Abs((double)histogram.Percentile(50) - v) <= v * Bound;
        }));

    [Fact]
    public void Percentile_EveryMagnitude_IsWithinTheBound()
    {
        for (var shift = 0; shift < 62; shift++)
        {
            foreach (var value in new[] { 1L << shift, (1L << shift) + 1, (2L << shift) - 1, 3L << shift >> 1 })
            {
                var histogram = new LatencyHistogram();
                histogram.Record(0);
                histogram.Record(value);
                histogram.Record(long.MaxValue);
                Assert.InRange(histogram.Percentile(50), value * (1 - Bound), value * (1 + Bound));
            }
        }
    }

    [Fact]
    public void Percentile_RankThatNoDoubleHits_IsTheNearestRank()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 200; i++) histogram.Record(i);

        Assert.Equal(199, histogram.Percentile(99.5));
        Assert.Equal(200, histogram.Percentile(99.6));
        Assert.Equal(20, histogram.Percentile(10));
    }

    [Fact]
    public void MeanMinMax_LargeValues_AreExact()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(long.MaxValue);
        histogram.Record(long.MaxValue - 2);

        Assert.Equal(long.MaxValue - 1.0, histogram.Mean);
        Assert.Equal(long.MaxValue - 2, histogram.Min);
        Assert.Equal(long.MaxValue, histogram.Max);
        Assert.Equal(2, histogram.Count);
    }

    [Fact]
    public void Merge_AnySplit_EqualsOneHistogram()
    {
        var random = new SeededRandom(1, "test", "merge");
        var (whole, left, right) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < 10_000; i++)
        {
            var value = random.Next(1_000_000_000);
            whole.Record(value);
            (random.Next(3) == 0 ? left : right).Record(value);
        }

        left.Merge(right);

        Assert.Equal((whole.Count, whole.Mean, whole.Min, whole.Max), (left.Count, left.Mean, left.Min, left.Max));
        for (var p = 0; p <= 100; p++) Assert.Equal(whole.Percentile(p), left.Percentile(p));
    }

    [Fact]
    public void Everything_Empty_IsZero()
    {
        var histogram = new LatencyHistogram();
        histogram.Merge(new LatencyHistogram());

        Assert.Equal((0, 0.0, 0L, 0L, 0L),
            (histogram.Count, histogram.Mean, histogram.Min, histogram.Max, histogram.Percentile(99)));
    }

    [Fact]
    public void BadArguments_Throw()
    {
        var histogram = new LatencyHistogram();

        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Record(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(100.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(double.NaN));
    }
}
