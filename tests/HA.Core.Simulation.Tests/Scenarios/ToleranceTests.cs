using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Scenarios;

public sealed class ToleranceTests
{
    [Theory]
    [InlineData("mean == 5s +- 2%", 5000, 100)]
    [InlineData("mean == 5s ± 50ms", 5000, 50)]
    [InlineData("successRate == 76.5% +- 0.01", 0.765, 0.01)]
    [InlineData("successRate == 0.5 +- 1%", 0.5, 0.005)]
    [InlineData("attemptsPerCall == 1.1+-0.01", 1.1, 0.01)]
    public void Tolerance_IsOfTheValueOrInItsUnit(string text, double value, double tolerance)
    {
        var expectation = Expectation.Parse(text);

        Assert.Equal(value, expectation.Value, 1e-9);
        Assert.Equal(tolerance, expectation.Tolerance!.Value, 1e-9);
        Assert.True(expectation.Holds(value + (tolerance * 0.99)));
        Assert.True(expectation.Holds(value - (tolerance * 0.99)));
        Assert.False(expectation.Holds(value + (tolerance * 1.01)));
        Assert.False(expectation.Holds(value - (tolerance * 1.01)));
    }

    [Theory]
    [InlineData("mean <= 5s +- 2%", "goes with ==")]
    [InlineData("mean == 5s +- 2", "such as 250ms")]
    [InlineData("failed == 5 +- some", "a percentage of the value such as 2%")]
    [InlineData("within(fast) == 1 +- 1%", "no duration")]
    [InlineData("successRate(80s) == 1", "such as 60s..80s")]
    [InlineData("successRate(80s..60s) == 1", "ends before it begins")]
    [InlineData("percentile(101) <= 1s", "from 0 to 100")]
    [InlineData("runs(fails > 1) == 0.5 +- 0.1", "is no metric")]
    [InlineData("share[orders-1] == 1", "share(INSTANCE)")]
    public void Expectation_ThatIsNone_SaysWhatWouldBe(string text, string hint) =>
        Assert.Contains(hint, Assert.Throws<FormatException>(() => Expectation.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void MetricsWithBrackets_AreReadOffARun()
    {
        string[] held =
        [
            "share(orders-1) == 0.3333 +- 10%", "within(1h) == 100%", "within(1us) == 0%", "percentile(100) > 1ms",
            "successRate(5s..10s) == 100%", "runs(failed <= 0) == 1", "runs(failed > 0) == 0", "runs(successRate(1s..2s) < 10%) == 0",
        ];
        var report = Scenes.Run(Scenes.Small with { Expectations = [.. held.Select(Expectation.Parse)] });

        Assert.Empty(Scenes.Violated(report));
        Assert.Equal([5, 1], report.Windows.Select(static w => (int)(w.Window.To - w.Window.From).TotalSeconds));
        Assert.InRange(report.Windows[0].Calls, 900, 1100);
    }

    [Fact]
    public void Quantiles_OverRuns_AreOfAllCallsTogether()
    {
        var quick = Scenes.Run(Scenes.Small);
        var slow = Scenes.Run(Scenes.Small with { Network = new() { Latency = new Simulation.Distributions.Constant(TimeSpan.FromMilliseconds(200)) } });

        Assert.InRange(Metrics.Find("p90").Over([quick, slow])!.Value, 400, 460);
        Assert.Equal((quick.LatencyMs.Mean + slow.LatencyMs.Mean) / 2, Metrics.Find("mean").Over([quick, slow])!.Value, 0.001);
        Assert.Null(Metrics.Find("timeToDetect").Over([quick, slow]));
    }
}
