using HA.Core.Tests.Fakes;
using HA.Core.Time;

namespace HA.Core.Tests;

public class ServiceEnvironmentTests
{
    [Fact]
    public void NewId_SystemTwice_Differs()
    {
        Assert.Equal(32, ServiceEnvironment.System.NewId().Length);
        Assert.NotEqual(ServiceEnvironment.System.NewId(), ServiceEnvironment.System.NewId());
    }

    [Fact]
    public void Spawn_StoppedTwice_EndsOnceWithoutError()
    {
        var listener = new RecordingListener();
        var environment = new ManualEnvironment(listener);
        var loop = environment.Spawn("wait", stop => environment.Time.DelayAsync(TimeSpan.FromDays(1), stop).AsTask());
        environment.RunPosted();
        Assert.False(loop.Completion.IsCompleted);
        loop.Stop();
        loop.Stop();
        environment.RunPosted();
        Assert.True(loop.Completion.IsCompletedSuccessfully);
        Assert.Empty(listener.LoopErrors);
    }

    [Fact]
    public void Spawn_BodyThrows_TellsTheListenerAndCompletes()
    {
        var listener = new RecordingListener();
        var environment = new ManualEnvironment(listener);
        var loop = environment.Spawn("break", static _ => throw new InvalidOperationException("broken"));
        environment.RunPosted();
        Assert.True(loop.Completion.IsCompletedSuccessfully);
        Assert.Equal("broken", Assert.Single(listener.LoopErrors).Message);
    }
}
