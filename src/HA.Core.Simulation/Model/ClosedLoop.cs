using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>Users of one client, each of whom thinks, calls, and waits for the answer.</summary>
internal sealed class ClosedLoop
{
    private readonly World _world;
    private readonly VirtualClient _client;
    private readonly Distribution _think;
    private readonly Dictionary<long, User> _waiting = [];
    private readonly long _end;

    internal ClosedLoop(World world, VirtualClient client, long end)
    {
        (_world, _client, _end) = (world, client, end);
        _think = world.Scenario.Traffic.Think;
        client.WhenEnded = Answered;
    }

    internal void Start(int users)
    {
        for (var i = 0; i < users; i++)
            new User(this, _world.Simulation.Random("think", $"user {i + 1} of {_client.Name}")).Think();
    }

    private void Answered(long call)
    {
        if (_waiting.Remove(call, out var user)) user.Think();
    }

    private sealed class User(ClosedLoop loop, RandomStream random) : SimEvent
    {
        internal void Think()
        {
            var time = loop._think.SampleTicks(random);
            if (time < loop._end - loop._world.Pump.Clock) loop._world.Pump.Schedule(this, time);
        }

        protected internal override void Fire()
        {
            var call = loop._world.Observer.NextCall();
            loop._waiting.Add(call, this);
            loop._client.Begin(call);
        }
    }
}
