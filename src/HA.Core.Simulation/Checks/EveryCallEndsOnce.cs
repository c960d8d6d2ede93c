using System.Numerics;
using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>No call is lost, and none ends twice.</summary>
internal sealed class EveryCallEndsOnce : SimulationCheck
{
    // A bit for each call that is open. Calls are numbered from 1 without gaps, so this stays small.
    private ulong[] _open = new ulong[1024];

    internal override string Name => "everyCallEndsOnce";

    internal override string Law => "each call ends exactly once";

    internal override Interest Interest => Interest.CallStarted | Interest.CallEnded;

    internal override void CallStarted(VirtualClient client, long call)
    {
        if (call >> 6 >= _open.Length) Array.Resize(ref _open, _open.Length * 2);
        if ((_open[call >> 6] & 1ul << (int)call) != 0) Violate($"call {call} of {client.Name} began twice");
        _open[call >> 6] |= 1ul << (int)call;
    }

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if ((_open[call >> 6] & 1ul << (int)call) == 0) Violate($"call {call} of {client.Name} ended twice");
        _open[call >> 6] &= ~(1ul << (int)call);
    }

    internal override void AtEnd()
    {
        var lost = _open.Sum(static word => BitOperations.PopCount(word));
        if (lost > 0) Violate($"{lost} calls never ended, call {FirstOpen()} among them");
    }

    private int FirstOpen()
    {
        var word = Array.FindIndex(_open, static w => w != 0);
        return word * 64 + BitOperations.TrailingZeroCount(_open[word]);
    }
}
