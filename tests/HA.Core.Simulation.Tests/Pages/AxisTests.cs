using HA.Core.Simulation.History;
using HA.Core.Simulation.Pages;

namespace HA.Core.Simulation.Tests.Pages;

public sealed class AxisTests
{
    [Theory]
    [InlineData(20, 9)]
    [InlineData(3600, 9)]
    [InlineData(0.01, 9)]
    public void OfTime_AnyLength_HasFewMarksWithin(double seconds, int most)
    {
        var marks = Axis.OfTime(new Columns(0, TimeSpan.FromSeconds(seconds)));

        Assert.InRange(marks.Count, 4, most + 1);
        Assert.All(marks, static m => Assert.InRange(m.At, 0, 1.0000001));
        Assert.Equal("0 s", marks[0].Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1499)]
    public void Linear_AnyAmount_FitsIt(double most)
    {
        var axis = Axis.Linear(most, static v => $"{v}");

        Assert.Equal(0, axis.ShareOf(0));
        Assert.InRange(axis.ShareOf(most), 0, 1);
        Assert.True(axis.ShareOf(most) > 0.5 || most == 0);
    }

    [Fact]
    public void Logarithmic_Powers_AreEvenlySpaced()
    {
        var axis = Axis.Logarithmic(2, 800, static v => Amounts.Time(v));

        Assert.Equal(["1 ms", "10 ms", "100 ms", "1 s"], axis.Marks.Select(static m => m.Text));
        Assert.Equal(1.0 / 3, axis.ShareOf(10), 9);
        Assert.Equal(0, axis.ShareOf(0));
        Assert.Equal(1, axis.ShareOf(5000));
    }
}
