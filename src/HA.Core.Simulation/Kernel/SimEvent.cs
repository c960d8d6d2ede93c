namespace HA.Core.Simulation.Kernel;

/// <summary>Something that will happen at a moment of virtual time.</summary>
/// <remarks>
/// Derive, allocate once, and schedule it as often as needed: scheduling, moving and cancelling allocate nothing, so a
/// model embeds its events in the objects they belong to. An event waits in at most one place of one pump, and belongs
/// to that pump's thread.
/// </remarks>
public abstract class SimEvent
{
    internal int Handle = -1;
    internal long Due;

    /// <summary>Whether it waits to happen. False again by the time <see cref="Fire"/> runs.</summary>
    public bool IsScheduled => Handle >= 0;

    /// <summary>Runs on the pump's thread when the time has come. It may schedule this very event again.</summary>
    /// <remarks>What it throws ends the simulation.</remarks>
    protected internal abstract void Fire();
}
