using System.Text.Json;
using System.Text.Json.Nodes;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Tests.Commands;

public sealed class ConfigTests
{
    private const string Shop =
        """
        {
          // As the host of the program reads it, comments and all.
          "Logging": { "LogLevel": { "Default": "Information" } },
          "HA": {
            "Registry": "etcd",
            "Registries": { "Etcd": { "Endpoints": "http://etcd:2379" } },
            "Defaults": { "Call": { "Deadline": "00:00:03", "MaxAttempts": 4 }, "Health": { "FailureThreshold": 7 } },
            "Services": {
              "payments": {
                "Balancer": "p2c",
                "Checker": "http",
                "Call": { "AttemptTimeout": "400ms", "Hedging": { "Share": 0.1 }, "Throttle": true },
                "Health": { "SlowCallTime": "off", "Outliers": { "MinEndpoints": 4 } },
                "Watch": { "MaxRemovalShare": 0.3 }
              },
              "stock": { "Call": { "MaxAttempts": 1 } }
            }
          }
        }
        """;

    [Fact]
    public void Load_DefaultsAndAService_AreTakenTogether()
    {
        using var file = new TempFile("appsettings.json", Shop);

        var settings = ClientSettings.Load(file.Path, "payments", "orders");

        Assert.Equal("p2c", settings.Balancer);
        // What the service says of calls stands in place of what the defaults say of the same key, and beside the rest.
        Assert.Equal((TimeSpan.FromSeconds(3), 4), (settings.Call.Deadline, settings.Call.MaxAttempts));
        Assert.Equal(TimeSpan.FromMilliseconds(400), settings.Call.AttemptTimeout);
        Assert.Equal(0.1, settings.Call.Hedging!.Share);
        Assert.NotNull(settings.Call.Throttle);
        Assert.Equal((7, null, 4), (settings.Health.FailureThreshold, settings.Health.SlowCallTime, settings.Health.Outliers!.MinEndpoints));
        Assert.Equal(0.3, settings.Watch.MaxRemovalShare);
    }

    [Fact]
    public void Apply_OwnSettings_StandInPlaceOfTheScenarios()
    {
        using var file = new TempFile("appsettings.json", Shop);

        var hung = ScenarioLibrary.Load("hung-instance");
        var scenario = ClientSettings.Load(file.Path, "stock", "orders").Apply(hung with { Client = hung.Client with { Probing = new() } }, file.Path);

        Assert.Equal(("failure-aware", 1, 7), (scenario.Client.Policy, scenario.Client.Calls.MaxAttempts, scenario.Client.Health.FailureThreshold));
        // It names no checker.
        Assert.False(scenario.Client.ActiveChecks);
    }

    // Where a program's instances may be says nothing of simulated ones, which would all be left out by it.
    [Fact]
    public void Load_WithSecurity_IsReadAndNotSimulated()
    {
        using var file = new TempFile(
            "appsettings.json",
            """
            { "HA": { "MutualTls": { "TrustFile": "roots.pem" }, "Tokens": { "Service": "buyer" }, "Defaults": { "Watch": {
              "Addresses": { "Allowed": [ "10.99.0.0/16" ], "Denied": "10.0.0.1, 10.0.0.2" }, "Limits": { "MaxInstances": 100 } } } } }
            """);

        var settings = ClientSettings.Load(file.Path, null, "orders");
        var scenario = settings.Apply(ScenarioLibrary.Load("steady-state"), file.Path);

        Assert.Equal("10.99.0.0/16 10.0.0.1 10.0.0.2", string.Join(' ', settings.Watch.Addresses.Allowed.Concat(settings.Watch.Addresses.Denied)));
        Assert.Equal((100, 0), (scenario.Registry.Watch.Limits.MaxInstances, scenario.Registry.Watch.Addresses.Allowed.Length));
        Assert.Contains(settings.NotModelled(), static n => n.StartsWith("Watch:Addresses", StringComparison.Ordinal));
    }

    // The schema is made from the table that programs read their settings by: a key that only one of the two knows shows here.
    [Fact]
    public async Task Load_EveryKeyThatProgramsRead_IsKnown()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Root(AppContext.BaseDirectory), "docs/reference/appsettings.schema.json")))!;
        var keys = schema["properties"]!["HA"]!["properties"]!.AsObject().ToDictionary(static p => p.Key, static _ => (JsonNode?)"?");
        keys["Defaults"] = Everything(schema["definitions"]!["service"]!);
        using var file = new TempFile("appsettings.json", new JsonObject { ["HA"] = new JsonObject(keys) }.ToJsonString());

        var error = Assert.Throws<BadInputException>(() => ClientSettings.Load(file.Path, null, "orders"));

        // No value is any good, so every key was looked at.
        Assert.Contains("HA:Defaults:Call:Hedging:Share: must be", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no such key", error.Message, StringComparison.Ordinal);

        static string Root(string folder) => File.Exists(Path.Combine(folder, "HA.Core.sln")) ? folder : Root(Path.GetDirectoryName(folder)!);
    }

    [Fact]
    public async Task Run_WithConfig_SaysWhetherOneWouldSurvive()
    {
        using var file = new TempFile("appsettings.json", Shop);

        // One attempt is not enough when an instance is killed.
        var stock = await Cli.RunAsync("run", "instance-crash", "--config", file.Path, "--service", "stock", "--json", "-");
        var payments = await Cli.RunAsync("run", "instance-crash", "--config", file.Path, "--service", "payments", "--json", "-");

        Assert.True(JsonDocument.Parse(stock.Out).RootElement.GetProperty("failed").GetInt64() > 0);
        Assert.Equal(0, JsonDocument.Parse(payments.Out).RootElement.GetProperty("failed").GetInt64());
        Assert.Contains("not simulated: Checker 'http'", payments.Error, StringComparison.Ordinal);
        var replay = JsonDocument.Parse(stock.Out).RootElement.GetProperty("replay");
        Assert.Equal((file.Path, "stock"), (replay.GetProperty("config").GetString(), replay.GetProperty("service").GetString()));
    }

    [Theory]
    [InlineData("""{ "HA": { "Defaults": { "Call": { "AtemptTimeout": "1s" } } } }""", "HA:Defaults:Call:AtemptTimeout: there is no such key; did you mean 'AttemptTimeout'?")]
    [InlineData("""{ "HA": { "Defaults": { "Call": { "AttemptTimeout": "2" } } } }""", "HA:Defaults:Call:AttemptTimeout: must be a time with a unit, such as 500ms or 00:00:02, not '2'")]
    [InlineData("""{ "HA": { "Defaults": { "Call": { "MaxAttempts": 0 } } } }""", "HA:Defaults:Call:MaxAttempts: MaxAttempts must be at least 1")]
    [InlineData("""{ "HA": { "Defaults": { "Call": { "Hedging": "perhaps" } } } }""", "HA:Defaults:Call:Hedging: must be a section, true or false, not 'perhaps'")]
    [InlineData("""{ "HA": { "Defaults": { "Balancer": "round-robbin" } } }""", "Balancer 'round-robbin' is none that the simulator has; did you mean 'round-robin'")]
    [InlineData("""{ "HA": { "Service": {} } }""", "HA:Service: there is no such key; did you mean 'Services'?")]
    [InlineData("""{ "HA": { "Services": { "a": {}, "b": {} } } }""", "there are several services: say whose settings to take, --service a or b")]
    [InlineData("""{ "Hb": 1 }""", "there is no section 'HA'")]
    [InlineData("""{ "HA": { """, "Could not parse the JSON file")]
    public void Load_Mistake_NamesKeyAndWhatWouldBeRight(string text, string said)
    {
        using var file = new TempFile("appsettings.json", text);

        var error = Assert.Throws<BadInputException>(() => ClientSettings.Load(file.Path, null, "orders"));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no such file", "run", "steady-state", "--config", "nowhere.json")]
    [InlineData("it needs --config", "run", "steady-state", "--service", "payments")]
    public async Task Run_BadConfig_ExitsWithTwo(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    private static JsonNode Everything(JsonNode schema)
    {
        var section = schema["anyOf"] is JsonArray ways ? ways.FirstOrDefault(static w => w!["properties"] is not null) ?? schema : schema;
        return section["properties"] is JsonObject properties
            ? new JsonObject(properties.Select(static p => KeyValuePair.Create(p.Key, (JsonNode?)Everything(p.Value!))))
            : "?";
    }
}
