using HA.Core.Tests.Fakes;
using HA.Core.Time;

namespace HA.Core.Tests.Time;

public class EndsWithinTests
{
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _task = new();

    private Task<bool> Waiting(CancellationToken token = default) => _time.EndsWithinAsync(_task.Task, TimeSpan.FromSeconds(1), token);

    [Fact]
    public void EndsWithinAsync_HasEndedAlready_SaysSoAtOnce()
    {
        _task.SetResult();
        Assert.True(Waiting(new CancellationToken(canceled: true)) is { IsCompletedSuccessfully: true, Result: true });
    }

    [Fact]
    public async Task EndsWithinAsync_EndsInTime_SaysSo()
    {
        var waiting = Waiting();
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(waiting.IsCompleted);
        _task.SetResult();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task EndsWithinAsync_Fails_IsAnEndToo()
    {
        var waiting = Waiting();
        _task.SetException(new ArithmeticException());
        Assert.True(await waiting);
        Assert.IsType<ArithmeticException>(_task.Task.Exception!.InnerException);
    }

    [Fact]
    public async Task EndsWithinAsync_TimeIsOver_SaysThatItGoesOn()
    {
        var waiting = Waiting();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await waiting);
        Assert.False(_task.Task.IsCompleted);
    }

    [Fact]
    public async Task EndsWithinAsync_Cancelled_SaysThatItGoesOnAndDoesNotThrow()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Waiting(stop.Token);
        stop.Cancel();
        Assert.False(await waiting);
    }
}
