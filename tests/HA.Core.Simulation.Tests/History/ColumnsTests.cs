using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Tests.History;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData(0.0003)]
    [InlineData(0.7)]
    [InlineData(20)]
    [InlineData(90)]
    [InlineData(3601.5)]
    [InlineData(1_000_000)]
    public void Columns_OfAnyLength_AreFewAndCoverIt(double seconds)
    {
        var columns = new Columns(777, TimeSpan.FromSeconds(seconds));

        Assert.InRange(columns.CoarseCount, 1, 100);
        Assert.InRange(columns.FineCount, columns.CoarseCount, 240);
        Assert.Equal(columns.CoarseWidth, columns.FineWidth * columns.FinePerCoarse);
        Assert.Equal(-1, columns.CoarseOf(776));
        Assert.Equal(0, columns.CoarseOf(777));
        Assert.Equal(columns.CoarseCount - 1, columns.CoarseOf(columns.End - 1));
        Assert.Equal(-1, columns.CoarseOf(columns.End));
        Assert.Equal(
            (double)(columns.End - 777) / TimeSpan.TicksPerSecond, Enumerable.Range(0, columns.CoarseCount).Sum(columns.LengthOf), 6);
    }

    [Fact]
    public void LastColumn_ThatIsCutShort_IsAsLongAsItsCalls()
    {
        var columns = new Columns(0, TimeSpan.FromSeconds(20.1));

        Assert.Equal(0.25, columns.LengthOf(0), 9);
        Assert.Equal(0.1, columns.LengthOf(columns.CoarseCount - 1), 9);
    }
}
