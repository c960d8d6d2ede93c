using System.Collections.Immutable;
using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Tests.Quality;

/// <summary>What a host that fails gets of the calls under the failure-aware policy.</summary>
public sealed class FailingHostTests
{
    // With two hosts the other has to carry everything, so the load must leave it room: at 0.5 it would be exactly full, its
    // own calls would time out, and both would be doubted.
    [Theory]
    [InlineData(2, 0.4, 0.005, 1)]
    [InlineData(2, 0.4, 0.005, 2)]
    [InlineData(2, 0.4, 0.005, 3)]
    [InlineData(20, 0.5, 0.0005, 1)]
    [InlineData(20, 0.5, 0.0005, 2)]
    public void FailureAware_HostThatFailsFast_FoolsNobody(int instances, double load, double most, ulong seed)
    {
        var report = ScenarioRunner.Run(Fleet.Of(instances, load, 60, faults: [.. Fleet.DeadFast()]), seed);
        Assert.InRange(Fleet.ShareOfBad(report), 0, most);
        Assert.InRange((double)report.Failed / report.Calls, 0, most);
    }

    [Fact]
    public void TwoChoicesAlone_HostThatFailsFast_AttractsCalls()
    {
        var report = ScenarioRunner.Run(Fleet.Of(2, 0.5, 20, "power-of-two-choices", faults: [.. Fleet.DeadFast()]), 1);
        Assert.InRange((double)report.Failed / report.Calls, 0.6, 1);
    }

    [Theory]
    [InlineData(20, 1, 0.5, 1)]
    [InlineData(20, 1, 0.5, 2)]
    [InlineData(20, 1, 0.5, 3)]
    [InlineData(20, 1, 0.3, 1)]
    [InlineData(20, 1, 0.8, 1)]
    [InlineData(20, 40, 0.5, 1)]
    [InlineData(20, 40, 0.5, 2)]
    [InlineData(2, 1, 0.5, 1)]
    public void FailureAware_FivePercentErrors_KeepsMostOfItsShare(int instances, int clients, double load, ulong seed)
    {
        var report = ScenarioRunner.Run(Fleet.Of(instances, load, 60, clients: clients, faults: Fleet.Errors(0.05)), seed);
        Assert.InRange(Fleet.ShareOfBad(report) * instances, 0.6, 1.05);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FailureAware_HalfOfTheCallsFail_GetsFew(ulong seed)
    {
        var report = ScenarioRunner.Run(Fleet.Of(20, 0.5, 60, faults: Fleet.Errors(0.5)), seed);
        Assert.InRange(Fleet.ShareOfBad(report) * 20, 0.001, 0.2);
    }

    [Fact]
    public void FailureAware_EverybodyFailsALittle_CostsNoLatency()
    {
        ImmutableArray<Fault> errors = [.. Enumerable.Range(1, 20).Select(static i => Fleet.Errors(0.01, $"orders-{i}"))];
        var without = ScenarioRunner.Run(Fleet.Of(20, 0.7, 30, clients: 40), 1);
        var with = ScenarioRunner.Run(Fleet.Of(20, 0.7, 30, clients: 40, faults: errors), 1);
        Assert.InRange(with.LatencyMs.P99 / without.LatencyMs.P99, 0.97, 1.03);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(40, 1)]
    public void FailureAware_Repaired_HasHalfItsShareWithinTwentySeconds(int clients, ulong seed)
    {
        // Dead for a minute, twenty seconds to come back, and twenty in which its share is looked at.
        var attempts = Fleet.Attempts(
            Fleet.Of(20, 0.5, 100, clients: clients, faults: [.. Fleet.DeadFast(TimeSpan.FromSeconds(60))]), seed);
        var after = attempts.FindAll(static a => a.At > TimeSpan.FromSeconds(80.1) && a.Instance is not null);
        Assert.InRange(20.0 * after.Count(static a => a.Instance == Fleet.Bad) / after.Count, 0.5, 1.5);
    }
}
