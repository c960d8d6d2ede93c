using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests;

/// <summary>An event that runs a delegate.</summary>
internal sealed class Noting(Action action) : SimEvent
{
    protected internal override void Fire() => action();
}
