namespace HA.Core.Redis;

/// <summary>What the server's clock should say now, from its last answer and our own monotonic clock.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    private Sample? _last;

    /// <summary>In milliseconds since 1970; 0 before the first answer.</summary>
    internal long Expected => Volatile.Read(ref _last) is { } last
        ? last.Clock + (long)time.GetElapsedTime(last.HeardAt).TotalMilliseconds
        : 0;

    internal void Hear(long clock) => Volatile.Write(ref _last, new Sample(clock, time.GetTimestamp()));

    private sealed record Sample(long Clock, long HeardAt);
}
