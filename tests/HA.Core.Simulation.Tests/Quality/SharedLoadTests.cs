namespace HA.Core.Simulation.Tests.Quality;

/// <summary>What it is worth that servers tell their load, where each client sees a fortieth of it.</summary>
public sealed class SharedLoadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SharedLoad_ManyClientsNearlyFull_IsFasterThanTwoChoicesAlone(ulong seed)
    {
        var alone = ScenarioRunner.Run(Fleet.Of(20, 0.9, 60, "power-of-two-choices", clients: 40), seed).LatencyMs;
        var shared = ScenarioRunner.Run(Fleet.Of(20, 0.9, 60, "shared-load", clients: 40), seed).LatencyMs;
        Assert.InRange(shared.P99 / alone.P99, 0.5, 0.97);
        Assert.InRange(shared.P50 / alone.P50, 0.5, 0.97);
    }
}
