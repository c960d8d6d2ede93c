using System.Text.Json;
using HA.Core.Sim.Tuning;

namespace HA.Core.Sim.Tests.Commands;

public sealed class TuneTests
{
    private static readonly string[] Search =
    [
        "tune", "slow-instance", "--set", "client.calls.attemptTimeout=20ms..2s", "--set", "client.calls.maxAttempts=1..4",
        "--set", "duration=6s", "--set", "client.balancer=round-robin", "--target", "success>=0.999", "--tries", "10", "--seeds", "1",
    ];

    [Fact]
    public async Task Tune_Timeouts_GivesAParetoTableThatRepeats()
    {
        var run = await Cli.RunAsync([.. Search, "--json", "-"]);
        var again = await Cli.RunAsync([.. Search, "--json", "-"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(run.Out, again.Out);
        var tries = JsonDocument.Parse(run.Out).RootElement.GetProperty("tries").EnumerateArray().ToArray();
        Assert.Equal(10, tries.Length);
        var best = tries.Where(static t => t.GetProperty("isBest").GetBoolean()).ToArray();
        Assert.NotEmpty(best);
        // Of those that meet the target, whoever waits longer for slow calls asks less often.
        var met = best.Where(static t => t.GetProperty("meets").GetBoolean()).Select(static t => t.GetProperty("costs")).OrderBy(static c => c[0].GetDouble()).ToArray();
        Assert.NotEmpty(met);
        for (var i = 1; i < met.Length; i++) Assert.True(met[i][1].GetDouble() <= met[i - 1][1].GetDouble());
    }

    [Fact]
    public async Task Tune_TargetOutOfReach_ExitsWithOne()
    {
        var run = await Cli.RunAsync(
            "tune", "steady-state", "--set", "client.calls.maxAttempts=1..3", "--set", "duration=1s", "--target", "p99 <= 1us", "--tries", "3", "--seeds", "1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0 meet p99 <= 1us", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing to search", "--set", "duration=1s", "--target", "failed <= 0")]
    [InlineData("must be path=from..to with two numbers or two durations", "--set", "duration=1s..fast", "--target", "failed <= 0")]
    [InlineData("the first value must be less", "--set", "duration=2s..1s", "--target", "failed <= 0")]
    [InlineData("'faild' is no metric", "--set", "duration=1s..2s", "--target", "faild <= 0")]
    [InlineData("'maxAttemts'", "--set", "client.calls.maxAttemts=1..3", "--target", "failed <= 0")]
    public async Task Tune_BadInput_SaysWhatWouldBeRight(string said, params string[] args)
    {
        var run = await Cli.RunAsync(["tune", "steady-state", .. args]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=1..5", 0.5, "3")]
    [InlineData("a=0.5..1", 0.5, "0.75")]
    [InlineData("a=10ms..1s", 0.5, "100ms")]
    [InlineData("a=10ms..1s", 1, "1s")]
    [InlineData("a=0..100", 0.5, "50")]
    public void Knob_Share_IsAValueOfTheRange(string setting, double share, string expected)
    {
        var knob = Knob.TryParse(setting)!;

        Assert.Equal(expected, knob.Text(knob.At(share)));
    }
}
