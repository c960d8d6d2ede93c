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

    // Random.Shared keeps one xoshiro256** per thread: no lock and no shared cache line.
    private sealed class SharedRandom : RandomStream
    {
        // 63 bits are what the BCL offers without a span; the lowest is constant, and nobody looks at it.
        public override ulong NextUInt64() => (ulong)global::System.Random.Shared.NextInt64() << 1;
    }
#pragma warning restore RS0030
}
