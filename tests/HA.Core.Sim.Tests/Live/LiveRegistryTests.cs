using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HA.Core.Sim.Commands;
using HA.Core.Sim.Live;

namespace HA.Core.Sim.Tests.Live;

[Collection(LiveCollection.Name)]
public sealed class LiveRegistryTests
{
    public static TheoryData<string> Servers => [.. LiveRegistry.Names.Skip(1)];

    [Theory, MemberData(nameof(Servers))]
    public async Task Live_OverARealRegistry_FailsNoCall(string registry)
    {
        var live = await Cli.RunAsync("live", "--registry", registry, "--seconds", "4", "--rate", "100", "--json", "-");

        Assert.True(live.ExitCode == 0, LiveCollection.Explain(live));
        var json = JsonDocument.Parse(live.Out).RootElement;
        Assert.Equal(0, json.GetProperty("failed").GetInt64());
        Assert.Matches($@"^live over {registry} \d+\.\d+", json.GetProperty("scenario").GetString());
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Live_RegistryKilledAsWell_FailsNoCallAndRegistersAgain(string registry)
    {
        var live = await Cli.RunAsync("live", "--registry", registry, "--kill-registry", "--seconds", "4", "--rate", "100", "--json", "-");

        var json = JsonDocument.Parse(live.Out).RootElement;
        Assert.True(json.GetProperty("failed").GetInt64() == 0, LiveCollection.Explain(live));
        Assert.True(json.GetProperty("timeToDetectMs").GetDouble() > 0, live.Out);
        var expectations = json.GetProperty("expectations").EnumerateArray().ToDictionary(static e => e.GetProperty("name").GetString()!);
        Assert.True(expectations["usedAgain"].GetProperty("held").GetBoolean(), LiveCollection.Explain(live));
        // The promise is kept on a machine that is not busy; here it must not be a matter of luck.
        var took = expectations["registeredAgain"].GetProperty("actual").GetString()!;
        Assert.EndsWith(" ms", took, StringComparison.Ordinal);
        Assert.InRange(double.Parse(took[..^3], CultureInfo.InvariantCulture), 0, 10_000);
    }

    [Fact]
    public async Task Live_NoSuchServer_ExitsWithTwoAndSaysWhy()
    {
        var start = OwnProcess.With("live", "--registry", "redis");
        start.Environment["HA_REDIS_SERVER"] = "/nowhere/redis-server";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("--registry redis: ", error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/redis-server", error, StringComparison.Ordinal);
        Assert.Equal("", await output);
    }
}
