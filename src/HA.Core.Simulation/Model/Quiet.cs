namespace HA.Core.Simulation.Model;

/// <summary>Tells when it is quiet: no fault acts, and the last one is over for so long that everything has come right.</summary>
internal sealed class Quiet(World world)
{
    internal const long Never = long.MaxValue;

    private readonly long _settle = RunPlan.SettleTime(world.Scenario).Ticks;
    private int _faults;

    /// <summary>From when it is quiet, if no fault begins before that; <see cref="Never"/> while one acts, or calls are over.</summary>
    internal long Since { get; private set; } = RunPlan.SettleTime(world.Scenario).Ticks;

    /// <summary>When the calls ended, or now.</summary>
    internal long End => _end ?? world.Pump.Clock;

    /// <summary>When a fault last began or ended.</summary>
    internal long LastMove { get; private set; }

    /// <summary>How often faults began or ended.</summary>
    internal int Moves { get; private set; }

    /// <summary>Whether no fault acts.</summary>
    internal bool IsCalm => _faults == 0;

    private long? _end;

    internal void FaultMoved(bool began)
    {
        _faults += began ? 1 : -1;
        Moves++;
        LastMove = world.Pump.Clock;
        Since = _faults > 0 ? Never : LastMove + _settle;
    }

    /// <summary>No more calls arrive: what happens to those under way still counts.</summary>
    internal void CallsAreOver() => _end = world.Pump.Clock;

    /// <summary>The run is over.</summary>
    internal void Close() => _end ??= world.Pump.Clock;
}
