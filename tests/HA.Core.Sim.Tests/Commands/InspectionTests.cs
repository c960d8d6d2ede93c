using System.Text.Json;

namespace HA.Core.Sim.Tests.Commands;

public sealed class InspectionTests
{
    [Fact]
    public async Task Explain_OneCall_TellsCandidatesScoresAndOutcome()
    {
        var run = await Cli.RunAsync("explain", "slow-instance", "--seed", "7", "--call", "600", "--set", "duration=2s", "--set", "faults=[]");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("slow-instance, seed 7: call 600 of client-1, failure-aware", run.Out, StringComparison.Ordinal);
        Assert.Contains("5 of 5 known instances might be picked", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"drew orders-\d and orders-\d, and took orders-\d", run.Out);
        Assert.Contains("a good answer", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Json_IsAStableFormat()
    {
        var run = await Cli.RunAsync("explain", "steady-state", "--call", "50", "--set", "duration=1s", "--balancer", "least-requests", "--json", "-");

        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((50, "client-1", "least-requests"), (
            json.GetProperty("call").GetInt32(), json.GetProperty("client").GetString(), json.GetProperty("balancer").GetString()));
        var attempt = Assert.Single(json.GetProperty("attempts").EnumerateArray());
        var pick = Assert.Single(attempt.GetProperty("picks").EnumerateArray());
        Assert.Equal(attempt.GetProperty("instance").GetString(), pick.GetProperty("chosen").GetString());
        // It took the least of what it says it compares.
        var scores = pick.GetProperty("candidates").EnumerateArray()
            .ToDictionary(static c => c.GetProperty("id").GetString()!, static c => c.GetProperty("score").GetDouble());
        Assert.Equal(scores.Values.Min(), scores[pick.GetProperty("chosen").GetString()!]);
        Assert.Equal("Success", attempt.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Explain_CallThatNeverCame_SaysSo()
    {
        var run = await Cli.RunAsync("explain", "steady-state", "--call", "1000000", "--set", "duration=100ms");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("fewer than 1000000 calls arrive", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_DuringACrash_ShowsTruthBesideBelief()
    {
        // A crashes at 5 s, and is known to be down a little later.
        var run = await Cli.RunAsync("replay", "instance-crash", "--seed", "7", "--until", "8.3s");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("stopped at 8.3 s", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"orders-\d +- +stopped .*Unhealthy, 0 in flight", run.Out);
        Assert.Contains("crash begins", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_SavedRun_IsThatRun()
    {
        using var saved = new TempFile("run.json");
        await Cli.RunAsync("run", "instance-crash", "--seed", "9", "--balancer", "p2c", "--set", "service.instances=4", "--json", saved.Path);

        var again = await Cli.RunAsync("replay", saved.Path, "--until", "6s", "--json", "-");
        var direct = await Cli.RunAsync(
            "replay", "instance-crash", "--seed", "9", "--balancer", "p2c", "--set", "service.instances=4", "--until", "6s", "--json", "-");

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(direct.Out, again.Out);
        Assert.Equal(4, JsonDocument.Parse(again.Out).RootElement.GetProperty("instances").GetArrayLength());
    }

    [Theory]
    [InlineData("--until: 'soon' is no duration", "replay", "steady-state", "--until", "soon")]
    [InlineData("this run is over at", "replay", "steady-state", "--until", "2h")]
    [InlineData("'instance-crsh' is no scenario; did you mean", "replay", "instance-crsh", "--until", "1s")]
    [InlineData("--call must be at least 1.", "explain", "steady-state", "--call", "0")]
    public async Task Inspection_BadInput_SaysWhatWouldBeRight(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "traceHash": "", "seed": 1 }""", "does not say how")]
    [InlineData("""{ "traceHash": "", "seed": 1, "replay": { "scenario": "steady-state", "perturb": true } }""", "was perturbed")]
    [InlineData("""{ "traceHash": "", "seed": -1, "replay": { "scenario": "steady-state" } }""", "'seed' a whole number")]
    [InlineData("""{ "traceHash": "", "seed": 1, "replay": { "scenario": "steady-stat" } }""", "did you mean 'steady-state'")]
    public async Task Replay_SavedRunThatCannotBeDoneAgain_SaysWhy(string text, string said)
    {
        using var saved = new TempFile("run.json", text);

        var run = await Cli.RunAsync("replay", saved.Path, "--until", "1s");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_SavedRunAndASeed_IsRefused()
    {
        using var saved = new TempFile("run.json", """{ "traceHash": "", "seed": 1, "replay": { "scenario": "steady-state" } }""");

        var run = await Cli.RunAsync("replay", saved.Path, "--until", "1s", "--seed", "4");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("leave --seed", run.Error, StringComparison.Ordinal);
    }
}
