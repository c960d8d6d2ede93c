using System.Text.Json;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;
using HA.Core.Simulation;

namespace HA.Core.Sim.Tests.Commands;

public sealed class VerifyTheoryTests
{
    private const string Queue =
        """
        name: my-queue
        duration: 2000s
        seeds: 3
        service: { instances: 1, workers: 1, serviceTime: 1s }
        traffic: { process: paced, rate: 0.5 }
        network: { latency: 0 }
        client: { calls: { deadline: 1h, attemptTimeout: 1h } }
        expect: [mean == 1s +- 1%, failed <= 0]
        """;

    public static TheoryData<string> Names => [.. TheoryLibrary.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Experiment_OfTheLibrary_IsComplete(string name)
    {
        var scenario = ScenarioLibrary.Load($"{TheoryLibrary.Prefix}{name}", []);
        var isControl = name.StartsWith("controls/", StringComparison.Ordinal);

        Assert.Equal(name, isControl ? $"controls/{scenario.Name}" : scenario.Name);
        Assert.NotEmpty(scenario.Title);
        Assert.Contains("theory", scenario.Tags);
        Assert.Equal(isControl, scenario.Tags.Contains("control"));
        Assert.Contains(scenario.Expectations, static e => e.Tolerance is not null);
        var lines = File.ReadAllLines(Path.Combine(TheoryLibrary.Folder, $"{name}.yaml"));
        Assert.Equal($"# yaml-language-server: $schema=../{(isControl ? "../" : "")}scenarios/{ScenarioSchema.FileName}", lines[0]);
        Assert.StartsWith("# ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Library_HasWhatIsPromised()
    {
        string[] promised =
        [
            "mm1-0.5", "mm1-0.8", "mmc-2-0.8", "mmc-10-0.8", "mmc-10-0.9", "erlang-c-5-2.5", "erlang-b-10-5", "mm1k-0.9-10", "md1-0.9",
            "mh2-0.8", "bimodal-0.8", "ps-0.8", "sq2-0.5", "sq2-0.9", "sq2-0.95", "sq3-100-0.9", "rr-10-0.8", "rr-10-0.9", "two-speeds",
            "least-pure-delay", "black-hole", "bins-100-100", "bins-1000-100", "retries-0.1-3", "retry-budget-0.5", "checks-refused",
            "checks-hung", "lease-expiry",
            "closed-10-9", "breakdown-0.5", "jsq-2-0.8", "jsq-3-0.9", "jsq-10-0.9", "linkerd-rr", "linkerd-least", "linkerd-ewma",
            "collapse", "maglev-10", "ring-10-100",
        ];

        Assert.Empty(promised.Except(TheoryLibrary.Names, StringComparer.Ordinal));
        Assert.True(TheoryLibrary.Names.Count(static n => n.StartsWith("controls/", StringComparison.Ordinal)) >= 5);
    }

    [Fact]
    public async Task Quick_OfTheLibrary_MatchesAndItsControlsFail()
    {
        var cli = await Cli.RunAsync("verify-theory", "--quick", "--json", "-");

        using var json = JsonDocument.Parse(cli.Out);
        var experiments = json.RootElement.GetProperty("experiments").EnumerateArray().ToArray();
        var verdicts = experiments.ToDictionary(
            static e => e.GetProperty("name").GetString()!,
            static e => string.Join(',', e.GetProperty("values").EnumerateArray().Select(static v => v.GetProperty("verdict").GetString()).Distinct()));
        Assert.True(cli.ExitCode == 0, string.Join('\n', verdicts.Where(static v => v.Value is not ("match" or "failsRightly"))));
        Assert.Equal("pass", json.RootElement.GetProperty("verdict").GetString());
        Assert.True(verdicts.Values.Count(static v => v == "match") >= 10, cli.Out);
        Assert.True(verdicts.Values.Count(static v => v == "failsRightly") >= 5, cli.Out);
        Assert.All(experiments, static e => Assert.Empty(e.GetProperty("broken").EnumerateArray()));
    }

    [Fact]
    public async Task OwnExperiment_ThatMatches_IsShownWithItsError()
    {
        using var file = new TempFile("my-queue.yaml", Queue);
        var cli = await Cli.RunAsync("verify-theory", file.Path);

        Assert.Equal(0, cli.ExitCode);
        Assert.Contains("seeds from 1", cli.Error, StringComparison.Ordinal);
        Assert.Contains("my-queue", cli.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 1 experiments match", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnExperiment_ThatDiffers_FailsWithItsReplay()
    {
        using var file = new TempFile("my-queue.yaml", Queue.Replace("mean == 1s", "mean == 2s", StringComparison.Ordinal));
        var cli = await Cli.RunAsync("verify-theory", file.Path, "--seed", "7");

        Assert.Equal(1, cli.ExitCode);
        Assert.Contains("DIFFERS", cli.Out, StringComparison.Ordinal);
        Assert.Contains("expected mean == 2s +- 1%, measured 1 s", cli.Out, StringComparison.Ordinal);
        Assert.Contains($"run {file.Path} --seed 7", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnExperiment_WithAnotherExpectationBroken_Fails()
    {
        using var file = new TempFile("my-queue.yaml", Queue.Replace("failed <= 0", "calls <= 5", StringComparison.Ordinal));
        var cli = await Cli.RunAsync("verify-theory", file.Path);

        Assert.Equal(1, cli.ExitCode);
        Assert.Contains("calls: expected calls <= 5", cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mean == 1s +- 1%", false, nameof(TheoryVerdict.Match))]
    [InlineData("mean == 2s +- 1%", false, nameof(TheoryVerdict.Differs))]
    [InlineData("mean == 1s +- 1%", true, nameof(TheoryVerdict.HoldsWrongly))]
    [InlineData("mean == 2s +- 1%", true, nameof(TheoryVerdict.FailsRightly))]
    [InlineData("timeToDetect == 2s +- 1%", false, nameof(TheoryVerdict.Differs))]
    public void Verdict_OfAnExperimentAndOfAControl(string expectation, bool isControl, string verdict)
    {
        var scenario = ScenarioFile.Read(Queue.Replace("mean == 1s +- 1%", expectation, StringComparison.Ordinal), "queue", []);
        var result = new Experiment("queue", scenario, isControl, 1).Judge([ScenarioRunner.Run(scenario, 1), ScenarioRunner.Run(scenario, 2)]);

        Assert.Equal(verdict, result.Values.Single().Verdict.ToString());
        Assert.Equal(verdict is nameof(TheoryVerdict.Match) or nameof(TheoryVerdict.FailsRightly), result.IsRight);
    }

    [Fact]
    public void Verdict_OfRunsThatDifferTooMuch_IsInconclusive()
    {
        var text = Queue.Replace("process: paced, rate: 0.5", "rate: 0.9", StringComparison.Ordinal).Replace("mean == 1s +- 1%", "mean == 5.5s +- 1%", StringComparison.Ordinal);
        var scenario = ScenarioFile.Read(text, "queue", []);
        var runs = Enumerable.Range(1, 40).Select(seed => ScenarioRunner.Run(scenario, (ulong)seed)).ToArray();
        var mean = runs.Average(static r => r.LatencyMs.Mean);
        scenario = ScenarioFile.Read(text.Replace("5.5s", FormattableString.Invariant($"{mean:0.###}ms"), StringComparison.Ordinal), "queue", []);

        Assert.Equal(TheoryVerdict.Inconclusive, new Experiment("queue", scenario, IsControl: false, 1).Judge(runs).Values.Single().Verdict);
    }

    [Theory]
    [InlineData("'mm1-0.9' is no experiment", "--only", "mm1-0.9")]
    [InlineData("expects nothing of a known value", "steady-state.yaml")]
    [InlineData("leave them out beside a file", "steady-state.yaml", "--quick")]
    [InlineData("there is no such file", "nobody.yaml")]
    public async Task BadUse_IsToldWithWhatWouldBeRight(string hint, params string[] args)
    {
        var words = args.Select(static a => a == "steady-state.yaml" ? Path.Combine(ScenarioLibrary.Folder, a) : a);
        var cli = await Cli.RunAsync(["verify-theory", .. words]);

        Assert.Equal(2, cli.ExitCode);
        Assert.Contains(hint, cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfATheoryScenario_TakesItsName()
    {
        var cli = await Cli.RunAsync("run", "theory/controls/checks-need-three");

        Assert.Equal(1, cli.ExitCode);
        Assert.Contains("meanTimeToDetect == 15s +- 0.5s", cli.Out, StringComparison.Ordinal);
    }
}
