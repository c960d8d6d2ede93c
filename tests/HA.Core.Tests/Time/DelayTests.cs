using HA.Core.Tests.Fakes;
using HA.Core.Time;

namespace HA.Core.Tests.Time;

public class DelayTests
{
    [Fact]
    public void DelayAsync_TimersThatFireEarly_EndsNeverEarly()
    {
        var time = new ManualTime(granularity: TimeSpan.FromMilliseconds(1));
        var delay = time.DelayAsync(TimeSpan.FromMilliseconds(1.7), CancellationToken.None).AsTask();

        time.Advance(TimeSpan.FromMilliseconds(1.6));
        Assert.False(delay.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(delay.IsCompletedSuccessfully);
    }

    [Fact]
    public void DelayAsync_Cancelled_EndsAtOnceAndStaysEnded()
    {
        var time = new ManualTime();
        using var stop = new CancellationTokenSource();
        var delay = time.DelayAsync(TimeSpan.FromSeconds(1), stop.Token).AsTask();

        stop.Cancel();
        Assert.True(delay.IsCanceled);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(delay.IsCanceled);
    }
}
