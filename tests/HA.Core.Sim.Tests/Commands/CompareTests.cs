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
    }

    [Fact]
    public async Task Compare_ForPeople_IsATable()
    {
        var run = await Cli.RunAsync("compare", "slow-instance", "--balancers", "round-robin,least-requests", "--set", "duration=6s");

        Assert.Contains("largest share", run.Out, StringComparison.Ordinal);
        Assert.Contains("least-requests", run.Out, StringComparison.Ordinal);
        Assert.Contains("slow-instance: the same arrivals and service times for all, seed 1", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--balancers", "round-robbin", "round-robin")]
    [InlineData("--balancers", ",", "names none")]
    [InlineData("--seeds", "0", "from 1")]
    public async Task Compare_BadInput_SaysWhatWouldBeRight(string option, string value, string expected)
    {
        var run = await Cli.RunAsync("compare", "steady-state", option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
