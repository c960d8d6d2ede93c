using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Scenarios;

public sealed class ParsingTests
{
    [Theory, InlineData("250us", 2500), InlineData("10ms", 100_000), InlineData("1.5s", 15_000_000), InlineData(" 2m ", 1_200_000_000), InlineData("1h", 36_000_000_000), InlineData("0", 0)]
    public void Duration_AsPeopleWriteIt_IsRead(string text, long ticks)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
        Assert.True(DurationText.TryParse(DurationText.Format(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory, InlineData(""), InlineData("5"), InlineData("s"), InlineData("-1s"), InlineData("1e3s"), InlineData("1,5s"), InlineData("9000h"), InlineData("1 day"), InlineData("NaNs")]
    public void Duration_ThatIsNone_IsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory, InlineData("failed <= 0", true), InlineData("calls>0", true), InlineData("successRate >= 99.9%", true), InlineData("p99 < 1us", false), InlineData("failed == 3", false), InlineData("timeToDetect <= 1h", false)]
    public void Expectation_IsComparedWithTheRun(string text, bool holds)
    {
        var result = Expectation.Parse(text).Check(Scenes.Run(Scenes.Small));
        Assert.Equal(holds, result.Held);
        Assert.Equal(text, result.Expected);
        if (result.Name == "timeToDetect") Assert.Equal("never", result.Actual);
    }

    [Theory, InlineData("failed", "such as: failed <= 0"), InlineData("fails <= 0", "There are: calls, succeeded"), InlineData("p99 <= fast", "such as 250ms"), InlineData("p99 <= 5", "such as 250ms"), InlineData("failed <= none", "compared with one such as 0"), InlineData("successRate >= all", "99.9%")]
    public void Expectation_ThatIsNone_SaysWhatWouldBe(string text, string hint) =>
        Assert.Contains(hint, Assert.Throws<FormatException>(() => Expectation.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Metrics_All_AreFoundByNameAndReadOffARun()
    {
        var report = Scenes.Run(Scenes.Small);
        foreach (var metric in Metrics.All)
        {
            Assert.Same(metric, Metrics.Find(metric.Name));
            if (metric.Of(report) is { } value) Assert.NotEmpty(metric.Format(value));
        }
    }

    [Theory, InlineData("all"), InlineData("one"), InlineData("half"), InlineData("40%"), InlineData("zone:a"), InlineData("orders-1,orders-2")]
    public void Target_AsPeopleWriteIt_IsRead(string text) => Assert.Equal(text, Target.Parse($" {text} ").ToString());

    [Theory, InlineData(""), InlineData("0%"), InlineData("101%"), InlineData("a b"), InlineData(","), InlineData("zone: a/b!")]
    public void Target_ThatIsNone_SaysWhatWouldBe(string text)
    {
        if (text.StartsWith("zone:", StringComparison.Ordinal))
        {
            // Whether a zone exists is for the scenario to say.
            Assert.Equal(" a/b!", Target.Parse(text).Zone);
            return;
        }

        Assert.Contains("zone:NAME", Assert.Throws<FormatException>(() => Target.Parse(text)).Message, StringComparison.Ordinal);
    }
}
