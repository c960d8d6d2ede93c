using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Tests.History;

public sealed class LaneTests
{
    private static readonly Columns Time = new(0, TimeSpan.FromSeconds(60));

    [Fact]
    public void Move_WithinAColumn_SharesItExactly()
    {
        var lane = new Lane(Time, 3);
        lane.Enter(0, 1);
        lane.Move(Time.FineWidth * 3 / 4, 0, 2);
        lane.Advance(Time.End);

        Assert.Equal(0.75, lane.ShareOf(0, 0), 9);
        Assert.Equal(0.25, lane.ShareOf(0, 2), 9);
        Assert.Equal(0, lane.MainOf(0));
        Assert.Equal(2, lane.MainOf(1));
        Assert.Equal(0.75 / Time.FineCount, lane.ShareOf(0), 9);
    }

    [Fact]
    public void Watchers_ThatDiffer_ShareEachColumn()
    {
        var lane = new Lane(Time, 2);
        lane.Enter(0, 4);
        lane.Move(0, 0, 1);
        lane.Advance(Time.End + 100);

        Assert.Equal(0.25, lane.ShareOf(5, 1), 9);
        Assert.Equal(0.25, lane.ShareOf(1), 9);
    }
}
