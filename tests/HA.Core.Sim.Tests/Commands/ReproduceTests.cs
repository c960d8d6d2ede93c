using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Tests.Commands;

public sealed class ReproduceTests
{
    [Fact]
    public async Task Literature_OfABalancerAndABackoff_IsShownBesideItsSource()
    {
        using var table = new TempFile("table.md");
        var cli = await Cli.RunAsync("reproduce", "--only", "linkerd-rr,backoff-full", "--markdown", table.Path);

        Assert.True(cli.ExitCode == 0, cli.Out);
        Assert.Contains("2 of 2 experiments match", cli.Out, StringComparison.Ordinal);
        Assert.Contains("linkerd-rr: linkerd 2016, \"Beyond Round Robin\"; published: about 95 % within a second", cli.Out, StringComparison.Ordinal);
        Assert.Contains("backoff-full-jitter: AWS 2015", cli.Out, StringComparison.Ordinal);
        var lines = File.ReadAllLines(table.Path);
        Assert.StartsWith("| experiment | metric |", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, static l => l.StartsWith("| `linkerd-rr` | `within(1s)` | 95.455 % |", StringComparison.Ordinal) && l.EndsWith("| match |", StringComparison.Ordinal));
    }

    [Fact]
    public void Backoff_WithTheWrongNumbers_Differs()
    {
        var full = Array.Find(BackoffStrategy.All, static s => s.Name == "full-jitter")!;
        var wrong = new BackoffStrategy("wrong", full.MeanTimeMs * 1.2, full.MeanCalls, full.WaitMs);

        Assert.Equal([TheoryVerdict.Differs, TheoryVerdict.Match], BackoffContention.Run(wrong, 1).Values.Select(static v => v.Verdict));
    }

    [Fact]
    public async Task Literature_OfALoadRampAndABreaker_Matches()
    {
        var cli = await Cli.RunAsync("reproduce", "--only", "prequal-ramp,retry-breaker-0.1");

        Assert.True(cli.ExitCode == 0, cli.Out);
        Assert.Contains("2 of 2 experiments match", cli.Out, StringComparison.Ordinal);
        Assert.Contains("p99, in turn / probing, 93 %", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Breaker_WithTheWrongNumbers_Differs()
    {
        var wrong = new RetryBreaker(0.1, 0.95, 1.030).Run(1);

        Assert.Equal([TheoryVerdict.Differs, TheoryVerdict.Match], wrong.Values.Select(static v => v.Verdict));
    }

    [Theory, InlineData(1.1, true), InlineData(1.3, false)]
    public void Row_ByItsDistanceFromWhatWasPublished_IsJudged(double published, bool isMatch)
    {
        var row = PublishedModel.Row("x", "x", published, 0.15, [1.0, 1.0], MetricUnit.Number);

        Assert.Equal(isMatch ? TheoryVerdict.Match : TheoryVerdict.Differs, row.Verdict);
    }

    [Fact]
    public void Row_OfValuesThatDifferTooMuch_IsInconclusive() =>
        Assert.Equal(TheoryVerdict.Inconclusive, PublishedModel.Row("x", "x", 1, 0.15, [0, 2], MetricUnit.Number).Verdict);

    [Fact]
    public async Task Name_ThatIsNone_IsRefused()
    {
        var cli = await Cli.RunAsync("reproduce", "--only", "linkerrd");

        Assert.Equal(2, cli.ExitCode);
        Assert.Contains("'linkerrd' is no experiment", cli.Error, StringComparison.Ordinal);
    }
}
