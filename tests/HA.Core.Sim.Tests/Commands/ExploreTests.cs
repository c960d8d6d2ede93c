using System.Text.Json;
using System.Text.Json.Nodes;
using HA.Core.Sim.Commands;
using HA.Core.Simulation;
using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Tests.Commands;

public sealed class ExploreTests
{
    [Fact]
    public async Task Explore_OfCleanSeeds_TellsTheSameWithAnyNumberOfThreads()
    {
        var one = await ExploreAsync("--threads", "1");
        var two = await ExploreAsync("--threads", "2");
        Assert.Equal(one, two);
        Assert.Equal(20, one["seeds"]!.GetValue<int>());
        Assert.Empty(one["failures"]!.AsArray());

        static async Task<JsonNodeEqual> ExploreAsync(params string[] more)
        {
            var run = await Cli.RunAsync(["explore", "--seeds", "20", "--json", "-", .. more]);
            Assert.True(run.ExitCode == ExitCode.Held, run.Out + run.Error);
            return new JsonNodeEqual(JsonNode.Parse(run.Out)!);
        }
    }

    [Theory]
    [InlineData("--seeds", "0", "--seeds must be at least 1")]
    [InlineData("--minutes", "0", "--minutes must be above 0")]
    public async Task Explore_WithABadNumber_SaysWhatWouldBeRight(string option, string value, string message)
    {
        var run = await Cli.RunAsync("explore", option, value);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finding_Saved_IsReplayedByItsCommand()
    {
        using var folder = new TempFile("found");
        // What no run can hold stands for a bug.
        var scenario = ScenarioGenerator.Generate(3) with { Expectations = [Expectation.Parse("calls < 1")] };
        var trial = Trial.Run(scenario, 3);
        var path = Path.GetDirectoryName(folder.Path)!;
        var plan = new ExploreCommand.Plan(3, 1, null, 1, 1, Perturb: false, Shrink: true, Gate: false, path, null);

        var finding = Finding.Of(trial, plan, new SimulationOptions(), CancellationToken.None);

        Assert.Equal("calls", finding.Check);
        Assert.Equal(0, finding.Faults);
        Assert.Equal(1, finding.Instances);
        Assert.True(File.Exists(finding.Test));
        var words = finding.Replay.Split(' ')[5..];
        var run = await Cli.RunAsync([.. words, "--json", "-"]);
        Assert.Equal(ExitCode.NotHeld, run.ExitCode);
        using var report = JsonDocument.Parse(run.Out);
        var failed = report.RootElement.GetProperty("expectations").EnumerateArray().First(static e => !e.GetProperty("held").GetBoolean());
        Assert.Equal("calls", failed.GetProperty("name").GetString());
    }

    /// <summary>What was found, without what differs from run to run.</summary>
    private sealed record JsonNodeEqual
    {
        private readonly JsonNode _node;

        internal JsonNodeEqual(JsonNode node)
        {
            _node = node;
            _ = node.AsObject().Remove("wallSeconds") && node.AsObject().Remove("seedsPerSecond");
        }

        internal JsonNode? this[string name] => _node[name];

        public bool Equals(JsonNodeEqual? other) => other is not null && JsonNode.DeepEquals(_node, other._node);

        public override int GetHashCode() => 0;
    }
}
