namespace HA.Core.Redis.Tests;

/// <summary>The machine's world but for a monotonic clock that stands still, so that what it sends looks old.</summary>
internal sealed class ClockAt(TimeSpan moment) : ServiceEnvironment(new ServiceEventListener())
{
    public override TimeProvider Time { get; } = new Standing(moment);

    public override RandomStream Random(string purpose) => System.Random(purpose);

    public override void Post(Action<object?> callback, object? state) => System.Post(callback, state);

    private sealed class Standing(TimeSpan moment) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => moment.Ticks;
    }
}
