using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Model;

/// <summary>Counts the calls that begin in a stretch of time, and the attempts.</summary>
internal sealed class Window(TimeWindow window, int tiers)
{
    private readonly long[] _attempts = new long[tiers];
    private long _from;
    private long _to;
    private long _calls;
    private long _succeeded;

    internal void Begin(long now) => (_from, _to) = (now + window.From.Ticks, now + window.To.Ticks);

    internal void Saw(long beganAt, bool isSuccess)
    {
        if (beganAt < _from || beganAt >= _to) return;
        _calls++;
        if (isSuccess) _succeeded++;
    }

    internal void SawAttempt(Tier tier, long now)
    {
        if (now >= _from && now < _to) _attempts[tier.Depth]++;
    }

    internal WindowReport ToReport() => new(window, _calls, _succeeded) { AttemptsByTier = [.. _attempts] };
}
