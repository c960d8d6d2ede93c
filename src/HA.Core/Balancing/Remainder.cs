using System.Runtime.CompilerServices;

namespace HA.Core.Balancing;

/// <summary>Remainders by a number that stays the same: two products in place of a quotient.</summary>
/// <remarks>
/// Exact for all numbers of 32 bits (Lemire, Kaser and Kurz, "Faster remainder by direct computation", Software: Practice and
/// Experience 2019).
/// </remarks>
internal readonly struct Remainder
{
    private readonly ulong _inverse;
    private readonly uint _divisor;

    /// <param name="divisor">At least 1.</param>
    internal Remainder(uint divisor)
    {
        _divisor = divisor;
        // 2^64 over the divisor, rounded up; by 1 that is 2^64, which is 0 here, and so is every remainder.
        _inverse = (ulong.MaxValue / divisor) + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Of(uint number) => (uint)Math.BigMul(_inverse * number, _divisor, out _);
}
