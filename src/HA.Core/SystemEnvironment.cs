using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HA.Core;

/// <summary>The real world. The one file in which the engine touches the machine's clock, threads and entropy.</summary>
internal sealed class SystemEnvironment(ServiceEventListener listener) : ServiceEnvironment(listener)
{
    private static readonly RandomStream Entropy = new SharedRandom();

#pragma warning disable RS0030 // This is the composition root that the banned list points to.
    public override TimeProvider Time => TimeProvider.System;

    public override RandomStream Random(string purpose) => Entropy;

    public override void Post(Action<object?> callback, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(callback, state, preferLocal: false);

    // xoroshiro128++ (Blackman and Vigna, ACM TOMS 2021), a state for each thread: no lock, no shared cache line, and small
    // enough to become part of whoever draws. Random.Shared is called, and gives 63 bits.
    private sealed class SharedRandom : RandomStream
    {
        [ThreadStatic]
        private static ulong _first;

        [ThreadStatic]
        private static ulong _second;

        public override ulong NextUInt64()
        {
            ulong first = _first, second = _second;
            if ((first | second) == 0) (first, second) = Seed();
            var result = ulong.RotateLeft(first + second, 17) + first;
            second ^= first;
            _first = ulong.RotateLeft(first, 49) ^ second ^ (second << 21);
            _second = ulong.RotateLeft(second, 28);
            return result;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static (ulong First, ulong Second) Seed()
        {
            Span<ulong> words = stackalloc ulong[2];
            global::System.Random.Shared.NextBytes(MemoryMarshal.AsBytes(words));
            return (words[0], words[1] | 1);
        }
    }
#pragma warning restore RS0030
}
