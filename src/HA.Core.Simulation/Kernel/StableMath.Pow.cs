namespace HA.Core.Simulation.Kernel;

// x^y = e^(y log x) magnifies the logarithm's error up to 700-fold, so the logarithm is computed as a sum of two
// doubles (double-double arithmetic, Dekker 1971).
public static partial class StableMath
{
    private const double SplitFactor = 134217729;

    // 1/3 = ThirdHigh + ThirdLow.
    private const double ThirdHigh = 1.0 / 3;
    private const double ThirdLow = 1.850371707708594e-17;

    /// <summary><paramref name="x"/> to the power of <paramref name="y"/>, for x of at least zero.</summary>
    /// <remarks>A negative x gives NaN, for any y: nothing here needs one. 0^0 and 1^y are 1.</remarks>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1) return 1;
        if (double.IsNaN(y) || !(x >= 0)) return double.NaN;
        if (x == 0 || double.IsInfinity(x) || double.IsInfinity(y))
            return (y > 0) == (x > 1) ? double.PositiveInfinity : 0;

        var (logHigh, logLow) = LogInFull(x);
        var high = y * logHigh;
        if (!(Math.Abs(high) < 800)) return high > 0 ? double.PositiveInfinity : 0;
        var low = ProductError(y, logHigh, high) + y * logLow;
        return Exp(high, low);
    }

    // 2 atanh(s) = 2s + 2s^3/3 + ...: two terms in full, the rest is too small to need it.
    private static (double High, double Low) LogInFull(double x)
    {
        var m = Split(x, out var k);
        var f = m - 1;
        var d = m + 1;
        var dLost = m - (d - 1);
        var s = f / d;
        var p = s * d;
        var sLow = (f - p - ProductError(s, d, p) - s * dLost) / d;

        var z = s * s;
        var zLow = ProductError(s, s, z) + 2 * s * sLow;
        var t = z * ThirdHigh;
        var tLow = ProductError(z, ThirdHigh, t) + z * ThirdLow + zLow * ThirdHigh;
        var tail = 1.0 / 21 + z * (1.0 / 23 + z * (1.0 / 25));
        tail = 1.0 / 15 + z * (1.0 / 17 + z * (1.0 / 19 + z * tail));
        tail = 1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13 + z * tail));
        tLow += z * z * (1.0 / 5 + z * (1.0 / 7 + z * tail));

        // log m = 2s + 2s (t + tLow)
        var c = s * t;
        var cLow = ProductError(s, t, c) + s * tLow + sLow * t;
        var (high, low) = Sum(2 * s, 2 * c);
        low += 2 * (sLow + cLow);
        (var sum, var lost) = Sum(k * Ln2High, high);
        return Normal(sum, lost + low + k * Ln2Low);
    }

    private static (double High, double Low) Sum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }

    private static (double High, double Low) Normal(double high, double low)
    {
        var sum = high + low;
        return (sum, low - (sum - high));
    }

    // a b - product, exactly.
    private static double ProductError(double a, double b, double product)
    {
        var (aHigh, aLow) = Halve(a);
        var (bHigh, bLow) = Halve(b);
        return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
    }

    private static (double High, double Low) Halve(double a)
    {
        var c = SplitFactor * a;
        var high = c - (c - a);
        return (high, a - high);
    }
}
