namespace HA.Core.Health;

/// <summary>The moments at which an endpoint is checked: its own phase of an interval, whatever the interval.</summary>
/// <remarks>
/// Phases follow each other by the golden ratio, the sequence that leaves no gap and no crowd however many there are, from
/// a start that chance gives each process. So neither the endpoints of a pool are checked at one moment, nor one endpoint by
/// all processes.
/// </remarks>
internal sealed class CheckSchedule(TimeProvider time, long anchor, double phase, RandomStream jitter)
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>The phase of the n-th endpoint of a pool.</summary>
    internal static double PhaseOf(double start, int number)
    {
        var phase = start + (number * GoldenRatio);
        return phase - Math.Floor(phase);
    }

    /// <summary>Time until its next moment of this interval, a little late by chance.</summary>
    internal TimeSpan Until(TimeSpan interval)
    {
        var since = (time.GetElapsedTime(anchor).Ticks - (long)(phase * interval.Ticks)) % interval.Ticks;
        if (since < 0) since += interval.Ticks;
        return Jittered(new TimeSpan(interval.Ticks - since), interval);
    }

    /// <summary>A whole interval from now on, a little late by chance.</summary>
    internal TimeSpan After(TimeSpan interval) => Jittered(interval, interval);

    private TimeSpan Jittered(TimeSpan wait, TimeSpan interval) => wait + jitter.NextTime(interval * HealthOptions.CheckJitter);
}
