namespace HA.Core.Simulation.Kernel;

/// <summary>Logarithm and exponential with the same bits on every processor.</summary>
/// <remarks>
/// The machine's own differ in the last bit with the processor's instruction set. These use + - * / and bit operations
/// only, which IEEE 754 defines to the bit. Reduction as in fdlibm (Sun Microsystems 1993); the series are Taylor's,
/// long enough for the reduced argument. Within 1 ulp of the true value, <see cref="Pow"/> within 2.
/// </remarks>
public static partial class StableMath
{
    private const double Ln2 = 0.69314718055994530942;

    // 32 bits of ln 2, so that a product with an exponent is exact, and the rest.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double TwoTo54 = 18014398509481984.0;
    private const double SqrtTwo = 1.4142135623730951;
    private const int Bias = 1023;
    private const int MantissaBits = 52;
    private const ulong MantissaMask = (1ul << MantissaBits) - 1;

    /// <summary>
    /// The natural logarithm; like <see cref="double"/> arithmetic at zero, below it and at infinity.
    /// </summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        var f = Split(x, out var k) - 1;
        if (f == 0) return k * Ln2High + k * Ln2Low;

        // log(1+f) = f - f^2/2 + s (f^2/2 + r) with s = f/(2+f): the first terms are exact enough to keep the last bit.
        var s = f / (2 + f);
        var z = s * s;
        var w = z * z;
        var even = w * (2.0 / 5 + w * (2.0 / 9 + w * (2.0 / 13 + w * (2.0 / 17 + w * (2.0 / 21)))));
        var odd = z * (2.0 / 3 + w * (2.0 / 7 + w * (2.0 / 11 + w * (2.0 / 15 + w * (2.0 / 19)))));
        var half = 0.5 * f * f;
        var tail = s * (half + (even + odd));
        return k * Ln2High - ((half - (tail + k * Ln2Low)) - f);
    }

    /// <summary>e to the power of <paramref name="x"/>; infinity above 709.78, zero below -745.13.</summary>
    public static double Exp(double x) => Exp(x, 0);

    // e^(high + low) with |low| far below |high|.
    private static double Exp(double high, double low)
    {
        if (double.IsNaN(high)) return high;
        if (high > 709.782712893384) return double.PositiveInfinity;
        if (high < -745.1332191019412) return 0;
        var k = (int)(high / Ln2 + (high < 0 ? -0.5 : 0.5));
        var head = high - k * Ln2High;
        var rest = k * Ln2Low - low;
        var r = head - rest;

        // What rounding took from r comes back at the end.
        var lost = (head - r) - rest;
        var q = 1.0 / 479001600 + r * (1.0 / 6227020800);
        q = 1.0 / 3628800 + r * (1.0 / 39916800 + r * q);
        q = 1.0 / 40320 + r * (1.0 / 362880 + r * q);
        q = 1.0 / 720 + r * (1.0 / 5040 + r * q);
        q = 1.0 / 24 + r * (1.0 / 120 + r * q);
        q = 0.5 + r * (1.0 / 6 + r * q);
        return Scale(1 + (r + (r * r * q + lost * (1 + r))), k);
    }

    // x = m 2^k with m from sqrt(1/2) to sqrt(2).
    private static double Split(double x, out int k)
    {
        k = 0;
        if (x < BitConverter.UInt64BitsToDouble(1ul << MantissaBits))
        {
            x *= TwoTo54;
            k = -54;
        }

        var bits = BitConverter.DoubleToUInt64Bits(x);
        k += (int)(bits >> MantissaBits) - Bias;
        var m = BitConverter.UInt64BitsToDouble((bits & MantissaMask) | ((ulong)Bias << MantissaBits));
        if (m <= SqrtTwo) return m;
        k++;
        return m * 0.5;
    }

    // In two steps, so that a result near either end of the range is rounded once.
    private static double Scale(double x, int k) => k switch
    {
        > Bias => x * 2 * PowerOfTwo(k - 1),
        < 1 - Bias => x * PowerOfTwo(k + 54) * (1 / TwoTo54),
        _ => x * PowerOfTwo(k),
    };

    private static double PowerOfTwo(int k) => BitConverter.UInt64BitsToDouble((ulong)(k + Bias) << MantissaBits);
}
