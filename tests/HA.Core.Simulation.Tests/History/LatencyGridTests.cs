using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Tests.History;

public sealed class LatencyGridTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(9.7)]
    [InlineData(333)]
    [InlineData(60_000)]
    public void Quantile_OfOneValue_IsWithinTheBound(double milliseconds)
    {
        var grid = new LatencyGrid(2);
        grid.Record(1, (long)(milliseconds * TimeSpan.TicksPerMillisecond));

        Assert.Null(grid.Quantile(0, 0.9));
        Assert.InRange(grid.Quantile(1, 0.9)!.Value, milliseconds * 0.88, milliseconds * 1.13);
    }

    [Fact]
    public void Quantile_OfMany_LeavesTheRestAbove()
    {
        var grid = new LatencyGrid(1);
        for (var i = 0; i < 90; i++) grid.Record(0, TimeSpan.TicksPerMillisecond);
        for (var i = 0; i < 10; i++) grid.Record(0, TimeSpan.TicksPerSecond);

        Assert.InRange(grid.Quantile(0, 0.9)!.Value, 0.88, 1.13);
        Assert.InRange(grid.Quantile(0, 0.91)!.Value, 880, 1130);
    }

    [Fact]
    public void Record_BeyondItsRange_CountsAtTheEdge()
    {
        var grid = new LatencyGrid(1);
        grid.Record(0, 0);
        grid.Record(0, long.MaxValue);

        Assert.InRange(grid.Quantile(0, 0.5)!.Value, 0, 0.13);
        Assert.True(grid.Quantile(0, 1) > 60_000);
    }
}
