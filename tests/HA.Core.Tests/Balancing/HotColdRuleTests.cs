using HA.Core.Balancing;

namespace HA.Core.Tests.Balancing;

public class HotColdRuleTests
{
    // The reports of the published description: calls in flight, and latencies that tempt to the busiest.
    private static readonly LoadReport[] Reports = [Of(1, 40), Of(2, 30), Of(3, 20), Of(10, 10)];

    private static LoadReport Of(int inFlight, int milliseconds) => new(inFlight, TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(0.84, 3, 2)]
    [InlineData(0, 1, 0)]
    [InlineData(1, 10, 3)]
    [InlineData(0.5, 2, 1)]
    public void Choose_Quantile_SaysWhoIsHot(double quantile, int threshold, int chosen)
    {
        Assert.Equal(threshold, HotColdRule.Threshold(Reports, quantile));
        Assert.Equal(chosen, HotColdRule.Choose(Reports, quantile));
        Assert.Equal(Reports[chosen], Reports.Reverse().ToArray()[HotColdRule.Choose(Reports.Reverse().ToArray(), quantile)]);
    }

    [Fact]
    public void Choose_AllEquallyBusy_TakesTheQuickest() =>
        Assert.Equal(1, HotColdRule.Choose([Of(5, 30), Of(5, 10), Of(5, 20)], 0.84));

    [Fact]
    public void Worst_SomebodyIsHot_IsTheBusiest() => Assert.Equal(3, HotColdRule.Worst(Reports, 0.84));

    [Fact]
    public void Worst_NobodyIsHot_IsTheSlowest() => Assert.Equal(0, HotColdRule.Worst(Reports, 1));

    [Fact]
    public void Choose_AnyReports_IsTheModel()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var reports = Enumerable.Range(0, 1 + random.Next(HotColdRule.Most)).Select(_ => Of(random.Next(20), random.Next(50))).ToArray();
            var quantile = random.NextDouble();
            var threshold = reports.Select(static r => r.InFlight).Order().ElementAt((int)(quantile * (reports.Length - 1)));
            var best = reports.Where(r => r.InFlight <= threshold).MinBy(static r => r.Latency);
            Assert.Equal(Array.IndexOf(reports, best), HotColdRule.Choose(reports, quantile));
        }
    }
}
