using System.Threading.Tasks.Sources;

namespace HA.Core.Time;

/// <summary>Waiting on a <see cref="TimeProvider"/>.</summary>
public static class TimeProviderExtensions
{
    /// <summary>Waits for <paramref name="delay"/>, exact to the tick.</summary>
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

    /// <summary>Ticks of <see cref="TimeProvider.GetTimestamp"/> in <paramref name="span"/>.</summary>
    public static long ToTimestampTicks(this TimeProvider time, TimeSpan span) =>
        time.TimestampFrequency == TimeSpan.TicksPerSecond
            ? span.Ticks
            : (long)((Int128)span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);

    private sealed class DelaySource : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private readonly CancellationToken _token;
        private readonly CancellationTokenRegistration _registration;
        private readonly ITimer _timer;
        private int _done;

        internal DelaySource(TimeProvider time, TimeSpan delay, CancellationToken token)
        {
            _token = token;
            _timer = time.CreateTimer(static s => ((DelaySource)s!).Finish(cancelled: false), this, delay, Timeout.InfiniteTimeSpan);
            _registration = token.UnsafeRegister(static s => ((DelaySource)s!).Finish(cancelled: true), this);
        }

        internal ValueTask WaitAsync() => new(this, _core.Version);

        public void GetResult(short token)
        {
            // By now both fields are assigned, even if one of the callbacks ran inside the constructor.
            _timer.Dispose();
            _registration.Unregister();
            _core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        private void Finish(bool cancelled)
        {
            if (Interlocked.Exchange(ref _done, 1) != 0) return;
            if (cancelled) _core.SetException(new OperationCanceledException(_token));
            else _core.SetResult(true);
        }
    }
}
