using System.Runtime.CompilerServices;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>A pick that does a policy's duty over plain arrays, and nothing else.</summary>
/// <remarks>
/// To look whether anybody is there is part of the duty. It also keeps the compiler from finding the thread's state once for
/// the whole loop, which no pick in a program could.
/// </remarks>
internal interface IFloor
{
    Endpoint? Pick();
}

/// <summary>The loop over a floor, compiled for it alone and with the pick inside.</summary>
internal static class Floor
{
    internal static Action<int> Loop<T>(T floor) where T : struct, IFloor
    {
        void Run(int count)
        {
            var own = floor;
            for (; count > 0; count--) PickGates.Sink(own.Pick());
        }

        OwnLoop.WarmUp(Run);
        return Run;
    }

    /// <summary>How often each endpoint was picked in so many picks.</summary>
    internal static int[] Shares<T>(T floor, Endpoint[] endpoints, int picks) where T : struct, IFloor
    {
        var place = endpoints.Select(static (e, i) => (e, i)).ToDictionary(static p => p.e, static p => p.i);
        var shares = new int[endpoints.Length];
        for (; picks > 0; picks--) shares[place[floor.Pick()!]]++;
        return shares;
    }
}

/// <summary>xoroshiro128++ (Blackman and Vigna 2019), a state for each thread.</summary>
internal static class FloorRandom
{
    [ThreadStatic]
    private static ulong _s0;

    [ThreadStatic]
    private static ulong _s1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Next()
    {
        ulong s0 = _s0, s1 = _s1;
        if ((s0 | s1) == 0) (s0, s1) = ((ulong)Random.Shared.NextInt64(), 1);
        s1 ^= s0;
        _s0 = ulong.RotateLeft(s0, 49) ^ s1 ^ (s1 << 21);
        _s1 = ulong.RotateLeft(s1, 28);
        return ulong.RotateLeft(s0 + (s1 ^ s0), 17) + s0;
    }
}
