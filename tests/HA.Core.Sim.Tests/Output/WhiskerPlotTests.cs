using HA.Core.Sim.Output;

namespace HA.Core.Sim.Tests.Output;

public sealed class WhiskerPlotTests
{
    [Fact]
    public void Draw_Interval_IsToScale()
    {
        var plot = WhiskerPlot.For([(8, 8), (-8, 8)]);

        Assert.Equal((-16, 16), (plot.From, plot.To));
        Assert.Equal("                ├───────●───────┤", plot.Draw(8, 8));
        Assert.Equal("        ├───────┼───●───────────┤", plot.Draw(4, 12));
        Assert.Equal("                │       ●        ", plot.Draw(8, 0));
    }

    [Fact]
    public void Draw_NothingButZero_IsADot() => Assert.Equal('●', WhiskerPlot.For([(0, 0)]).Draw(0, 0)[0]);
}
