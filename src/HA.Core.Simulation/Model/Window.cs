using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Model;

/// <summary>Counts the calls that begin in a stretch of time.</summary>
internal sealed class Window(TimeWindow window)
{
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

    internal WindowReport ToReport() => new(window, _calls, _succeeded);
}
