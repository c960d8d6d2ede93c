using HA.Core.Sim.Verification;

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
    public async Task Name_ThatIsNone_IsRefused()
    {
        var cli = await Cli.RunAsync("reproduce", "--only", "linkerrd");

        Assert.Equal(2, cli.ExitCode);
        Assert.Contains("'linkerrd' is no experiment", cli.Error, StringComparison.Ordinal);
    }
}
