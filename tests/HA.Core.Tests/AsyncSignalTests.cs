using HA.Core.Tests.Fakes;

namespace HA.Core.Tests;

public class AsyncSignalTests
{
    [Fact]
    public void WaitAsync_TimersThatFireEarly_EndsNeverEarly()
    {
        var environment = new ManualEnvironment(timerGranularity: TimeSpan.FromMilliseconds(1));
        var signal = new AsyncSignal(environment);
        var waiting = signal.WaitAsync(signal.Version, TimeSpan.FromMilliseconds(1.7), CancellationToken.None);

        environment.Advance(TimeSpan.FromMilliseconds(1.6));
        Assert.False(waiting.IsCompleted);

        environment.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(waiting.IsCompletedSuccessfully);
    }
}
