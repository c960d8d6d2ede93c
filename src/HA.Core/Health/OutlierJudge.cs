using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>Compares the endpoints of a pool with each other, at intervals, and ejects the outliers.</summary>
/// <remarks>
/// Calls make it happen: the first that ends after an interval is over sets it off, and it runs apart from the call. So a
/// pool without traffic costs nothing, and has nothing to compare. Safe for concurrent use.
/// </remarks>
internal sealed class OutlierJudge
{
    private readonly ServiceEnvironment _environment;
    private readonly HealthTracker _tracker;
    private readonly OutlierOptions _options;
    private readonly long _interval;
    private long _nextAt;

    internal OutlierJudge(HealthTracker tracker, OutlierOptions options)
    {
        _environment = tracker.Environment;
        _tracker = tracker;
        _options = options;
        _interval = _environment.Time.ToTimestampTicks(options.Interval);
        _nextAt = _environment.Time.GetTimestamp() + _interval;
    }

    /// <summary>A call ended.</summary>
    internal void Look(long endedAt)
    {
        var next = Volatile.Read(ref _nextAt);
        if (endedAt < next) return;
        // The clock itself decides: an outcome that is stamped wrongly must not set this off again and again.
        var now = _environment.Time.GetTimestamp();
        if (now < next || Interlocked.CompareExchange(ref _nextAt, now + _interval, next) != next) return;
        _environment.Post(static s => ((OutlierJudge)s!).Judge(), this);
    }

    private void Judge()
    {
        var states = _tracker.States();
        var samples = Array.ConvertAll(states, static s => s.TakeTally());
        foreach (var (place, reason) in OutlierRule.Find(samples, _options))
        {
            if (states[place].Eject()) _tracker.Ejected(states[place], EjectionReason.Outlier, reason);
        }
    }
}
