using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>What may not be done twice reaches at most one instance: the instances themselves are asked.</summary>
internal sealed class NothingIsDoneTwice(World world) : SimulationCheck
{
    // Of each call two bits: it may be done once only; it has arrived.
    private ulong[] _calls = new ulong[256];

    internal override string Name => "nothingIsDoneTwice";

    internal override string Law => "a call that is not idempotent reaches an instance at most once";

    internal override Interest Interest => world.Scenario.Traffic.IdempotentShare < 1 ? Interest.Arrived : Interest.None;

    internal override void OnceOnly(long call) => Set(call, 1);

    internal override void Arrived(VirtualInstance instance, long call)
    {
        var bits = Get(call);
        if (bits == 3) Violate($"call {call} reached a second instance, {instance.Description.Id}, at {world.Simulation.Now}");
        if (bits == 1) Set(call, 3);
    }

    private ulong Get(long call) => call >> 5 < _calls.Length ? (_calls[call >> 5] >> (int)(call & 31) * 2) & 3 : 0;

    private void Set(long call, ulong bits)
    {
        while (call >> 5 >= _calls.Length) Array.Resize(ref _calls, _calls.Length * 2);
        _calls[call >> 5] |= bits << (int)(call & 31) * 2;
    }
}
