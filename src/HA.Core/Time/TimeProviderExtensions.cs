using System.Threading.Tasks.Sources;

namespace HA.Core.Time;

/// <summary>Waiting on a <see cref="TimeProvider"/>.</summary>
public static class TimeProviderExtensions
{
    /// <summary>Waits for <paramref name="delay"/>: never less, and no more than the clock's timers are late.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled first.</exception>
    /// <remarks>
    /// Task.Delay on a TimeProvider truncates to whole milliseconds and hops to the thread pool when cancelled; this
    /// does neither, and leaves no timer behind. The continuation runs where the timer or the cancellation ran.
    /// </remarks>
    public static ValueTask DelayAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        if (delay <= TimeSpan.Zero) return ValueTask.CompletedTask;
        return new DelaySource(time, delay, cancellationToken).WaitAsync();
    }

    /// <summary>Waits for a task, but not beyond a limit nor a cancellation, and answers whether it has ended.</summary>
    /// <remarks>It goes on if it has not. How it ended is not looked at.</remarks>
    internal static async Task<bool> EndsWithinAsync(this TimeProvider time, Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (task.IsCompleted) return true;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, time.DelayAsync(limit, either.Token).AsTask()).ConfigureAwait(false);
        either.Cancel();
        return task.IsCompleted;
    }

    /// <summary>Ticks of <see cref="TimeProvider.GetTimestamp"/> in <paramref name="span"/>.</summary>
    public static long ToTimestampTicks(this TimeProvider time, TimeSpan span)
    {
        // Nearly every clock counts in a whole part of a tick, and 128-bit division is slow.
        var (whole, rest) = Math.DivRem(time.TimestampFrequency, TimeSpan.TicksPerSecond);
        return rest == 0 ? span.Ticks * whole : (long)((Int128)span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);
    }

    /// <summary>
    /// Ticks of 100 ns on the monotonic clock, for moments to be compared: setting the wall clock moves none of them.
    /// </summary>
    internal static long GetMonotonicTicks(this TimeProvider time) => time.GetElapsedTime(0).Ticks;

    private sealed class DelaySource : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private readonly TimeProvider _time;
        private readonly TimeSpan _delay;
        private readonly long _startedAt;
        private readonly CancellationToken _token;
        private readonly CancellationTokenRegistration _registration;
        private readonly ITimer _timer;
        private int _done;

        internal DelaySource(TimeProvider time, TimeSpan delay, CancellationToken token)
        {
            _time = time;
            _delay = delay;
            _startedAt = time.GetTimestamp();
            _token = token;
            _timer = time.CreateTimer(static s => ((DelaySource)s!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
            _registration = token.UnsafeRegister(static s => ((DelaySource)s!).Finish(cancelled: true), this);
        }

        internal ValueTask WaitAsync() => new(this, _core.Version);

        public void GetResult(short token)
        {
            // By now the fields are assigned, even if the token was cancelled inside the constructor.
            _timer.Dispose();
            _registration.Unregister();
            _core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        private void Tick()
        {
            var rest = TimerRest.Of(_delay, _time, _startedAt);
            if (rest == TimeSpan.Zero) Finish(cancelled: false);
            else if (Volatile.Read(ref _done) == 0) _timer.Change(rest, Timeout.InfiniteTimeSpan);
        }

        private void Finish(bool cancelled)
        {
            if (Interlocked.Exchange(ref _done, 1) != 0) return;
            if (cancelled) _core.SetException(new OperationCanceledException(_token));
            else _core.SetResult(true);
        }
    }
}
