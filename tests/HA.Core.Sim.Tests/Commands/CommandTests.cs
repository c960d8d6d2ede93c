using System.Text.Json;
using System.Xml.Linq;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Tests.Commands;

public sealed class CommandTests
{
    private static readonly string[] Keys =
    [
        "scenario", "seed", "balancer", "traceHash", "virtualSeconds", "wallSeconds", "calls", "succeeded", "failed", "attempts",
        "retries", "latencyMs", "timeToDetectMs", "timeToRecoverMs", "panics", "perInstance", "timeline", "expectations", "verdict",
        "replay",
    ];

    [Fact]
    public async Task Run_InstanceCrash_FailsNoCallAtLoad()
    {
        var run = await Cli.RunAsync("run", "instance-crash", "--seed", "7", "--json", "-");

        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(0, json.GetProperty("failed").GetInt64());
        Assert.True(json.GetProperty("calls").GetInt64() >= 10_000);
        Assert.Equal("pass", json.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task RunJson_Shape_IsAsDocumented()
    {
        var run = await Cli.RunAsync("run", "steady-state", "--set", "duration=1s", "--json", "-");

        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(Keys, NamesOf(json));
        Assert.Equal(["mean", "p50", "p90", "p99", "p999", "max"], NamesOf(json.GetProperty("latencyMs")));
        Assert.Equal(["id", "zone", "attempts", "served", "share", "utilisation"], NamesOf(json.GetProperty("perInstance")[0]));
        Assert.Equal(["atSeconds", "who", "what", "event"], NamesOf(json.GetProperty("timeline")[0]));
        Assert.Equal(["name", "expected", "actual", "held"], NamesOf(json.GetProperty("expectations")[0]));
        Assert.Equal(32, json.GetProperty("traceHash").GetString()!.Length);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Run_JUnitAndMarkdown_TellTheVerdict()
    {
        using var junit = new TempFile("results.xml");
        using var markdown = new TempFile("report.md");

        await Cli.RunAsync(
            "run", "steady-state", "--set", "duration=1s", "--set", "expect=[calls <= 1, failed <= 0]", "--junit", junit.Path, "--markdown", markdown.Path);

        var suite = XDocument.Load(junit.Path).Root!.Element("testsuite")!;
        Assert.Equal("1", suite.Attribute("failures")!.Value);
        Assert.Equal($"{suite.Elements("testcase").Count()}", suite.Attribute("tests")!.Value);
        var failed = Assert.Single(suite.Elements("testcase"), static c => c.Element("failure") is not null);
        Assert.Equal(("steady-state", "calls <= 1"), (failed.Attribute("classname")!.Value, failed.Attribute("name")!.Value));
        Assert.Contains("run steady-state --seed 1", failed.Element("failure")!.Value, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(markdown.Path);
        Assert.Contains("## steady-state: fail", text, StringComparison.Ordinal);
        Assert.Contains("| calls <= 1 | **no** |", text, StringComparison.Ordinal);
        Assert.Contains("| `orders-1` |", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExpectationDoesNotHold_ExitsWithOneAndTellsReplay()
    {
        var run = await Cli.RunAsync("run", "steady-state", "--seed", "3", "--set", "duration=1s", "--set", "expect=[calls <= 1]");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("✗ calls <= 1", run.Out, StringComparison.Ordinal);
        Assert.Contains(
            "dotnet run --project sim -- run steady-state --seed 3 --set duration=1s --set 'expect=[calls <= 1]'", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task Run_CallFails_TellsFirstError()
    {
        var run = await Cli.RunAsync(
            "run", "instance-crash", "--set", "duration=8s", "--set", "client.calls.maxAttempts=1", "--json", "-");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal([.. Keys, "firstError"], NamesOf(JsonDocument.Parse(run.Out).RootElement));
    }

    [Theory]
    [InlineData("'instance-crsh' is no scenario; did you mean 'instance-crash'?", "run", "instance-crsh")]
    [InlineData("nowhere.yaml: there is no such file", "run", "nowhere.yaml")]
    [InlineData("client.balancer: 'magic' is no balancer; the balancers are:", "run", "steady-state", "--balancer", "magic")]
    [InlineData("There is no option '--sed'; did you mean '--seed'?", "run", "--sed")]
    [InlineData("'lisst': did you mean 'list'?", "lisst")]
    [InlineData("--seed", "--seed", "many")]
    [InlineData("--seconds must be 4 to 3600, not 1.", "live", "--seconds", "1")]
    [InlineData("'reds' is no registry; did you mean 'redis'?", "live", "--registry", "reds")]
    [InlineData("--kill-registry needs --registry", "live", "--kill-registry")]
    [InlineData("/nowhere/x.json", "run", "steady-state", "--set", "duration=10ms", "--json", "/nowhere/x.json")]
    public async Task Cli_BadUsage_ExitsWithTwoAndSaysWhatIsRight(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);

        Assert.True(run.ExitCode == 2, run.Error);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task Run_OwnFileWithMisspeltKey_ExitsWithTwoAndTheLine()
    {
        using var file = new TempFile("own.yaml", "name: own\nservice:\n  instanses: 40\n");

        var run = await Cli.RunAsync("run", file.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"{file.Path}(3,3): unknown key 'instanses' in service; did you mean 'instances'?", run.Error.Trim());
    }

    [Fact]
    public async Task Run_OwnFile_RunsWithoutTouchingCode()
    {
        using var file = new TempFile(
            "own.yaml",
            """
            name: own
            duration: 5s
            service: { instances: 40, zones: [a, b, c, d, e] }
            client: { calls: { maxAttempts: 9 } }
            faults:
              - { kind: crash, at: 1s, for: 2s, target: zone:a }
              - { kind: slow, at: 2s, for: 1s, target: half, factor: 3 }
            expect: [ failed <= 0 ]
            """);

        var run = await Cli.RunAsync("run", file.Path, "--json", "-");

        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        Assert.Equal(40, JsonDocument.Parse(run.Out).RootElement.GetProperty("perInstance").GetArrayLength());
    }

    [Fact]
    public async Task Run_Interrupted_ExitsWith130()
    {
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();

        Assert.Equal(130, (await Cli.RunAsync(interrupt.Token, "run", "steady-state")).ExitCode);
    }

    [Fact]
    public async Task Run_WithFiles_WritesThemAndAReportForPeople()
    {
        using var json = new TempFile("report.json");
        using var trace = new TempFile("run.trace");

        var run = await Cli.RunAsync("run", "steady-state", "--set", "duration=1s", "--json", json.Path, "--trace", trace.Path);

        var hash = JsonDocument.Parse(await File.ReadAllTextAsync(json.Path)).RootElement.GetProperty("traceHash").GetString();
        await using var file = File.OpenRead(trace.Path);
        var reader = new Simulation.Trace.TraceReader(file);
        while (reader.TryRead(out _)) { }
        Assert.Equal(hash, reader.Hash);
        Assert.Contains(hash!, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Json_HasNameTitleAndTags()
    {
        var list = JsonDocument.Parse((await Cli.RunAsync("list", "--json")).Out).RootElement;

        Assert.Equal(ScenarioLibrary.Names.Count, list.GetArrayLength());
        Assert.All(list.EnumerateArray(), static s => Assert.Equal(["name", "title", "tags"], NamesOf(s)));
    }

    [Fact]
    public async Task Tour_DefaultSeed_IsWhatTheReadmeShows()
    {
        var tour = await Cli.RunAsync();
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(AppContext.BaseDirectory), "README.md"));

        // The last line has the time it took, which is never the same.
        var rows = tour.Out.Split('\n').Select(static l => l.TrimEnd()).Where(static l => l.EndsWith(" pass", StringComparison.Ordinal)).ToArray();
        Assert.Equal(ScenarioLibrary.Names.Count, rows.Length);
        Assert.All(rows, row => Assert.Contains(row, readme, StringComparison.Ordinal));

        static string Root(string folder) => File.Exists(Path.Combine(folder, "HA.Core.sln")) ? folder : Root(Path.GetDirectoryName(folder)!);
    }

    [Fact]
    public async Task Tour_AnySeed_PassesAndTellsIt()
    {
        var tour = await Cli.RunAsync("--seed", "11");

        Assert.True(tour.ExitCode == 0, tour.Out);
        Assert.All(ScenarioLibrary.Names, n => Assert.Contains(n, tour.Out, StringComparison.Ordinal));
        Assert.Contains("seed 11", tour.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("doctor", "--help")]
    [InlineData("live", "--help")]
    public async Task Help_OfACommand_HasExamplesAndExitCodes(params string[] args)
    {
        var help = await Cli.RunAsync(args);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Examples:", help.Out, StringComparison.Ordinal);
        Assert.Contains("130  interrupted", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_Asked_TellsIt() => Assert.Matches(@"^ha-sim \d+\.\d+\.\d+\s*$", (await Cli.RunAsync("--version")).Out);

    private static string[] NamesOf(JsonElement element) => [.. element.EnumerateObject().Select(static p => p.Name)];
}
