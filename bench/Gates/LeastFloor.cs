using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>The least of all counts, read side by side, and a random one of those that have it: exact least requests.</summary>
internal readonly struct LeastFloor : IFloor
{
    private const int Lanes = 8;

    private readonly Endpoint[] _endpoints;
    private readonly int[] _loads;

    internal LeastFloor(Endpoint[] endpoints, int[] loads)
    {
        _endpoints = endpoints;
        // Whole words of 64 places; what is beyond the end is never the least.
        _loads = new int[(loads.Length + 63) / 64 * 64];
        Array.Fill(_loads, int.MaxValue);
        loads.CopyTo(_loads, 0);
    }

    public Endpoint? Pick()
    {
        if (_endpoints.Length == 0) return null;
        ref var start = ref MemoryMarshal.GetArrayDataReference(_loads);
        var length = (nuint)_loads.Length;
        var lows = Vector256.LoadUnsafe(ref start);
        for (nuint at = Lanes; at < length; at += Lanes) lows = Vector256.Min(lows, Vector256.LoadUnsafe(ref start, at));
        var pairs = Vector128.Min(lows.GetLower(), lows.GetUpper());
        pairs = Vector128.Min(pairs, Vector128.Shuffle(pairs, Vector128.Create(2, 3, 0, 1)));
        var wanted = Vector256.Create(Math.Min(pairs[0], pairs[1]));

        // A bit for each place that has it.
        Span<ulong> words = stackalloc ulong[_loads.Length / 64];
        var ties = 0;
        for (var word = 0; word < words.Length; word++)
        {
            ulong bits = 0;
            for (var part = 0; part < 64; part += Lanes)
            {
                var equal = Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)((word * 64) + part)), wanted);
                bits |= (ulong)equal.ExtractMostSignificantBits() << part;
            }

            words[word] = bits;
            ties += BitOperations.PopCount(bits);
        }

        var left = (int)(((FloorRandom.Next() >> 32) * (uint)ties) >> 32);
        var of = 0;
        for (int here; left >= (here = BitOperations.PopCount(words[of])); of++) left -= here;
        var rest = words[of];
        for (; left > 0; left--) rest &= rest - 1;
        return _endpoints[(of * 64) + BitOperations.TrailingZeroCount(rest)];
    }
}
