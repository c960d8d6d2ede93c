namespace HA.Core;

/// <summary>What is left of a wait whose timer has fired.</summary>
/// <remarks>The system's timers may fire up to a millisecond early; who waits for a moment must not find it is still to come.</remarks>
internal static class TimerRest
{
    /// <summary>What the timer has to be set for once more, in the whole milliseconds that it counts; zero if the wait is over.</summary>
    internal static TimeSpan Of(TimeSpan wait, TimeProvider time, long startedAt)
    {
        var rest = wait - time.GetElapsedTime(startedAt);
        return rest > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)) : TimeSpan.Zero;
    }
}
