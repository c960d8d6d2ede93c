namespace HA.Core;

/// <summary>A source of chance. The only one that production code may use.</summary>
/// <remarks>
/// A stream from <see cref="ServiceEnvironment.System"/> is safe for concurrent use; a seeded stream belongs to one
/// simulation and its thread.
/// </remarks>
public abstract class RandomStream
{
    /// <summary>64 uniformly random bits.</summary>
    public abstract ulong NextUInt64();

    /// <summary>A uniform integer from 0 up to, not including, <paramref name="exclusiveMax"/>.</summary>
    /// <remarks>Multiply-shift (Lemire 2019) without rejection: the bias is below 2^-32 for any int range.</remarks>
    public int Next(int exclusiveMax) => (int)Math.BigMul((ulong)exclusiveMax, NextUInt64(), out _);

    /// <summary>A uniform number from 0 up to, not including, 1, with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A uniform time from zero up to, not including, <paramref name="exclusiveMax"/>.</summary>
    public TimeSpan NextTime(TimeSpan exclusiveMax) => new((long)(NextDouble() * exclusiveMax.Ticks));
}
