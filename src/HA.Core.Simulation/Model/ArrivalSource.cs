using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>Makes one client call, whether or not its earlier calls have been answered.</summary>
internal sealed class ArrivalSource : SimEvent
{
    private readonly World _world;
    private readonly VirtualClient _client;
    private readonly Distribution _distance;
    private readonly RandomStream _random;
    private readonly long _end;

    internal ArrivalSource(World world, VirtualClient client, double ratePerSecond, long end)
    {
        _world = world;
        _client = client;
        _end = end;
        _random = world.Simulation.Random("arrivals", client.Name);
        var mean = TimeSpan.FromTicks((long)(TimeSpan.TicksPerSecond / ratePerSecond));
        _distance = world.Scenario.Traffic.Process == ArrivalProcess.Paced ? new Constant(mean) : new Exponential(mean);
    }

    internal void Start() => ScheduleNext();

    protected internal override void Fire()
    {
        _client.Begin(_world.Observer.NextCall());
        ScheduleNext();
    }

    private void ScheduleNext()
    {
        var wait = _distance.SampleTicks(_random);
        if (_world.Pump.Now + wait < _end) _world.Pump.Schedule(this, wait);
    }
}
