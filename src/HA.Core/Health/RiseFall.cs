namespace HA.Core.Health;

/// <summary>Turns single checks into a verdict that does not flutter.</summary>
/// <remarks>
/// The first good check decides at once, later changes take several in a row (HAProxy's rise and fall). Pure; one flow
/// uses it at a time.
/// </remarks>
internal sealed class RiseFall(int rise, int fall)
{
    private int _rise = rise;
    private int _fall = fall;
    private int _streak;

    internal EndpointHealth Verdict { get; private set; } = EndpointHealth.Unknown;

    /// <summary>Whether the last checks contradict the verdict.</summary>
    internal bool IsInDoubt => Verdict == EndpointHealth.Unhealthy ? _streak > 0 : _streak < 0;

    /// <summary>Takes a check and answers whether the verdict changed.</summary>
    internal bool Observe(bool isHealthy)
    {
        // A streak of good checks counts up, one of bad checks counts down.
        _streak = isHealthy ? Math.Max(0, _streak) + 1 : Math.Min(0, _streak) - 1;
        var verdict = Verdict switch
        {
            EndpointHealth.Unknown when isHealthy => EndpointHealth.Healthy,
            EndpointHealth.Unhealthy when _streak >= _rise => EndpointHealth.Healthy,
            not EndpointHealth.Unhealthy when -_streak >= _fall => EndpointHealth.Unhealthy,
            _ => Verdict,
        };
        if (verdict == Verdict) return false;
        Verdict = verdict;
        return true;
    }

    /// <summary>Asks for other numbers from the next check on; the verdict stays.</summary>
    internal void Reconfigure(int rise, int fall) => (_rise, _fall) = (rise, fall);

    /// <summary>Somebody who knows says that it is well.</summary>
    internal void Clear()
    {
        _streak = 0;
        if (Verdict == EndpointHealth.Unhealthy) Verdict = EndpointHealth.Healthy;
    }
}
