using System.Text.Json;

namespace HA.Core.Sim.Tests.Live;

[Collection(LiveCollection.Name)]
public sealed class LiveTests
{
    [Fact]
    public async Task Live_OneProcessKilledAndAllReplaced_FailsNoCall()
    {
        var live = await Cli.RunAsync("live", "--seconds", "6", "--rate", "200", "--deploy", "--json", "-");

        Assert.True(live.ExitCode == 0, LiveCollection.Explain(live));
        var json = JsonDocument.Parse(live.Out).RootElement;
        Assert.Equal("", json.GetProperty("traceHash").GetString());
        Assert.Equal(0, json.GetProperty("failed").GetInt64());
        Assert.Equal("pass", json.GetProperty("verdict").GetString());
    }
}
