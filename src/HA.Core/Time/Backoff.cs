namespace HA.Core.Time;

/// <summary>Exponential backoff with full jitter.</summary>
/// <remarks>
/// Each wait is uniform between zero and a ceiling that doubles from <paramref name="first"/> up to
/// <paramref name="limit"/> ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015). One flow uses it at a time.
/// </remarks>
public sealed class Backoff(TimeSpan first, TimeSpan limit, RandomStream random)
{
    private int _doublings;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var ceiling = first * (1L << _doublings);
        if (ceiling >= limit) return random.NextTime(limit);
        _doublings++;
        return random.NextTime(ceiling);
    }

    /// <summary>Begins again from the first ceiling.</summary>
    public void Reset() => _doublings = 0;
}
