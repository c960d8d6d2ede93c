using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>
/// A check of the quiet: from <see cref="RunPlan.SettleTime"/> after the last fault until the next one, or the end of the
/// calls. Faults that never end leave no quiet.
/// </summary>
internal abstract class QuietCheck(World world) : SimulationCheck
{
    private long _since = Quiet.Never;

    protected World World { get; } = world;

    /// <summary>Whether it is quiet now; a quiet that is another than the last begins with <see cref="Begin"/>.</summary>
    protected bool IsQuiet()
    {
        var since = World.Observer.Quiet.Since;
        if (since != _since)
        {
            _since = since;
            Begin();
        }

        return World.Pump.Clock >= since;
    }

    /// <summary>How long it has been quiet.</summary>
    protected TimeSpan Length => IsQuiet() ? new TimeSpan(World.Observer.Quiet.End - _since) : TimeSpan.Zero;

    /// <summary>Whether it was quiet so many ticks ago already.</summary>
    protected bool WasQuiet(long ticksAgo) => IsQuiet() && World.Pump.Clock - ticksAgo >= _since;

    /// <summary>Forgets what was seen in an earlier quiet.</summary>
    protected virtual void Begin() { }

    /// <summary>Whether the instances that run can easily serve so many calls in the quiet until now.</summary>
    /// <remarks>Instances that let hardly anybody wait refuse some at any load, and those that crowding slows are not judged.</remarks>
    protected bool IsRoomy(long calls)
    {
        const double easily = 0.7;
        const int roomToWait = 5;
        var perSecond = calls / Math.Max(1e-7, Length.TotalSeconds);
        return World.Tiers.All(IsRoomyFor);

        bool IsRoomyFor(Tier tier)
        {
            var service = tier.Service;
            if (service.Queue < roomToWait || !service.Speeds.IsEmpty || service.Crowding > TimeSpan.Zero) return false;
            var running = tier.Instances.Count(static i => i.WantsCalls);
            return perSecond * service.ServiceTime.MeanSeconds <= easily * running * service.Workers;
        }
    }
}
