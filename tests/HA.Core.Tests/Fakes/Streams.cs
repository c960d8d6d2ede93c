namespace HA.Core.Tests.Fakes;

/// <summary>SplitMix64. Locked, so that tests with threads may share one.</summary>
internal sealed class SeededStream(ulong seed) : RandomStream
{
    private ulong _state = seed;

    public override ulong NextUInt64() => StableHash.Mix(Interlocked.Add(ref _state, 0x9E3779B97F4A7C15));
}

/// <summary>Says what it was told to say, then begins again.</summary>
internal sealed class ScriptedStream(params ulong[] script) : RandomStream
{
    private int _next;

    public override ulong NextUInt64() => script[_next++ % script.Length];
}
