using System.Runtime.CompilerServices;

namespace HA.Core.Endpoints;

/// <summary>Logarithms to base 2 in whole numbers: a product becomes a sum, and all processors agree on every bit.</summary>
/// <remarks>
/// The bits of a float, read as a number, are its logarithm but for straight lines between the powers of two: at most
/// 0.09 of an octave too small, never out of order (Mitchell, "Computer multiplication and division using binary
/// logarithms", IRE Trans. 1962).
/// </remarks>
internal static class LogScale
{
    /// <summary>A factor of two.</summary>
    internal const long Octave = 1 << 20;

    private const int MantissaBits = 23;
    private const int Exponent = 127;

    /// <summary>The logarithm of a positive number, in units of which an <see cref="Octave"/> has 2^20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Of(float positive) =>
        (BitConverter.SingleToUInt32Bits(positive) >> (MantissaBits - 20)) - (Exponent * Octave);
}
