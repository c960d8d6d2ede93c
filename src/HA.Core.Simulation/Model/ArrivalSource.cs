using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>Makes one client call, whether or not its earlier calls have been answered.</summary>
internal sealed class ArrivalSource(World world, VirtualClient client, Gaps gaps, long end) : SimEvent
{
    private readonly int _batch = world.Scenario.Traffic.Batch;

    internal void Start() => ScheduleNext();

    protected internal override void Fire()
    {
        for (var i = 0; i < _batch; i++) client.Begin(world.Observer.NextCall());
        if (_batch > 1) world.Observer.Batches.End();
        ScheduleNext();
    }

    private void ScheduleNext()
    {
        var now = world.Pump.Clock;
        var wait = gaps.Next(now);
        if (wait < end - now) world.Pump.Schedule(this, wait);
    }
}
