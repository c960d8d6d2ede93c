using System.Text.Json;

namespace HA.Core.Sim.Tests.Commands;

public sealed class CompareTests
{
    [Fact]
    public async Task Compare_TwoBalancers_GivesARowForEach()
    {
        var run = await Cli.RunAsync("compare", "steady-state", "--balancers", "round-robin,p2c", "--seeds", "2", "--set", "duration=1s", "--json", "-");

        Assert.Equal(0, run.ExitCode);
        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((1, 2), (json.GetProperty("firstSeed").GetInt32(), json.GetProperty("seeds").GetInt32()));
        var rows = json.GetProperty("balancers").EnumerateArray().ToArray();
        Assert.Equal(["round-robin", "p2c"], rows.Select(static r => r.GetProperty("balancer").GetString()));
        // The same calls arrive, whoever balances them.
        Assert.Equal(rows[0].GetProperty("calls").GetDouble(), rows[1].GetProperty("calls").GetDouble());
        Assert.True(rows[0].GetProperty("p99Ms").GetDouble() > 0);
        // One pair, and no fault to recover from.
        Assert.Equal(5, json.GetProperty("differences").GetInt32());
        Assert.Equal(0.99, json.GetProperty("confidence").GetDouble(), 6);
    }

    [Fact]
    public async Task Compare_ScenarioWithProbing_RunsTheOthersInItsPlace()
    {
        using var scenario = new TempFile("probing.yaml", "name: probing\nduration: 2s\ntraffic: { load: 0.8 }\nclient: { probing: {} }\n");

        var alone = await Cli.RunAsync("run", scenario.Path, "--json", "-");
        var run = await Cli.RunAsync("compare", scenario.Path, "--balancers", "round-robin,random", "--seeds", "1", "--json", "-");

        Assert.Equal("probing", JsonDocument.Parse(alone.Out).RootElement.GetProperty("balancer").GetString());
        var rows = JsonDocument.Parse(run.Out).RootElement.GetProperty("balancers").EnumerateArray().ToArray();
        Assert.NotEqual(rows[0].GetProperty("p99Ms").GetDouble(), rows[1].GetProperty("p99Ms").GetDouble());
    }

    [Fact]
    public async Task Compare_RandomUnderHighLoad_IsWorseWithinTenSeeds()
    {
        var run = await Cli.RunAsync(
            "compare", "steady-state", "--balancers", "p2c,random", "--baseline", "p2c", "--set", "traffic.load=0.9", "--set", "duration=5s", "--json", "-");

        var metrics = JsonDocument.Parse(run.Out).RootElement.GetProperty("metrics").EnumerateArray();
        Assert.Equal("worse", StandingOf(metrics, "p99", "random"));
        Assert.Equal("reference", StandingOf(metrics, "p99", "p2c"));
        Assert.Equal("tie", StandingOf(metrics, "successRate", "random"));
    }

    [Fact]
    public async Task Compare_OneTwice_DiffersByItsOwnChanceAndTies()
    {
        var run = await Cli.RunAsync("compare", "steady-state", "--balancers", "p2c,p2c", "--seeds", "5", "--set", "duration=2s", "--json", "-");

        var metrics = JsonDocument.Parse(run.Out).RootElement.GetProperty("metrics").EnumerateArray().ToArray();
        var others = metrics.SelectMany(static m => m.GetProperty("values").EnumerateArray())
            .Where(static v => v.GetProperty("standing").GetString() != "reference").ToArray();
        Assert.Equal(5, others.Length);
        Assert.All(others, static v => Assert.Equal("tie", v.GetProperty("standing").GetString()));
        Assert.Contains(others, static v => v.GetProperty("difference").GetDouble() != 0);
    }

    [Fact]
    public async Task Compare_Fault_ComparesRecovery()
    {
        var run = await Cli.RunAsync("compare", "instance-crash", "--balancers", "p2c,failure-aware", "--seeds", "2", "--json", "-");

        var metrics = JsonDocument.Parse(run.Out).RootElement.GetProperty("metrics").EnumerateArray();
        Assert.Contains("timeToRecover", metrics.Select(static m => m.GetProperty("metric").GetString()));
    }

    [Fact]
    public async Task Compare_ForPeople_IsATableAndPlots()
    {
        using var markdown = new TempFile("table.md");

        var run = await Cli.RunAsync(
            "compare", "slow-instance", "--balancers", "round-robin,least-requests", "--seeds", "3", "--set", "duration=6s", "--markdown", markdown.Path);

        Assert.Contains("largest share", run.Out, StringComparison.Ordinal);
        Assert.Contains("against least-requests", run.Out, StringComparison.Ordinal);
        Assert.Contains('●', run.Out);
        Assert.Contains("slow-instance: the same arrivals, work and faults for all, means over 3 seeds, 1 to 3", run.Out, StringComparison.Ordinal);
        Assert.Contains("all 5 intervals hold at once with 95 % (each with 99 %)", run.Out, StringComparison.Ordinal);
        Assert.Contains("pairing narrowed the interval", run.Out, StringComparison.Ordinal);
        Assert.Contains("| `least-requests` |", await File.ReadAllTextAsync(markdown.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_OneSeed_SaysThatItTellsNothing()
    {
        var run = await Cli.RunAsync("compare", "steady-state", "--balancers", "rr,p2c", "--seeds", "1", "--set", "duration=1s");

        Assert.Contains("one seed has no interval", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("tie", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choose_ASlowInstance_TakesWhoSeesIt()
    {
        using var markdown = new TempFile("choice.md");

        var run = await Cli.RunAsync(
            "choose", "slow-instance", "--balancers", "round-robin,failure-aware", "--seeds", "3", "--markdown", markdown.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"slow-instance +[0-9.]+ m?s +[0-9.]+ ms ✓", run.Out);
        Assert.Contains("| situation | round-robin | failure-aware |", await File.ReadAllTextAsync(markdown.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyCompare_ShortForm_TiesWithItselfAndPairingPays()
    {
        var run = await Cli.RunAsync("verify-compare", "--repetitions", "20", "--set", "traffic.load=0.9", "--set", "duration=2s");

        Assert.True(run.ExitCode == 0, run.Out);
        Assert.Contains("of 20 repetitions tie in every metric", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyCompare_PolicyWithoutChance_IsNotTakenForATie()
    {
        var run = await Cli.RunAsync(
            "verify-compare", "--balancer", "maglev", "--repetitions", "2", "--set", "duration=500ms", "--set", "traffic.keys=5");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no chance of its own", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--balancers", "round-robbin", "round-robin")]
    [InlineData("--balancers", ",", "names none")]
    [InlineData("--seeds", "0", "from 1")]
    [InlineData("--baseline", "failure-awre", "did you mean 'failure-aware'")]
    public async Task Compare_BadInput_SaysWhatWouldBeRight(string option, string value, string expected)
    {
        var run = await Cli.RunAsync("compare", "steady-state", option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static string? StandingOf(JsonElement.ArrayEnumerator metrics, string metric, string balancer) => metrics
        .Single(m => m.GetProperty("metric").GetString() == metric).GetProperty("values").EnumerateArray()
        .Single(v => v.GetProperty("balancer").GetString() == balancer).GetProperty("standing").GetString();
}
