using HA.Core.Sim.Commands;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Tests.Commands;

public sealed class ScenarioRunTests
{
    [Fact]
    public async Task Run_Breaks_TellsSeedCauseAndReplay()
    {
        var scenario = ScenarioLibrary.Load("steady-state", ["duration=1s"]);
        var replay = new Replay("steady-state", 9, "rr", "duration=1s");
        await using var trace = new FullStream();

        var error = await Assert.ThrowsAsync<RunBrokenException>(() => ScenarioRun.RunAsync(scenario, 9, replay, CancellationToken.None, trace));

        Assert.StartsWith("steady-state broke with seed 9: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("no space", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "replay: dotnet run --project sim -- run steady-state --seed 9 --balancer rr --set duration=1s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=b", "a=b")]
    [InlineData("a=b c", "'a=b c'")]
    [InlineData("it's", @"'it'\''s'")]
    public void Replay_SettingForAShell_IsQuoted(string setting, string quoted) =>
        Assert.EndsWith($"--set {quoted}", new Replay("x", 1, null, setting).ToString(), StringComparison.Ordinal);

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("no space");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no space");
    }
}
