namespace HA.Core.Sim.Verification;

/// <summary>Student's t: how far the mean of few values strays, in units of its own estimated error.</summary>
internal static class StudentT
{
    /// <summary>The t that is exceeded, in either direction, with this chance.</summary>
    /// <param name="chance">Above 0, below 1; 0.05 for an interval of 95 %.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    internal static double TwoSided(double chance, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chance, 1);
        // Searched by the angle whose tangent t is: that has an end.
        double low = 0, high = Math.PI / 2;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (1 - Within(middle, degrees) > chance) low = middle;
            else high = middle;
        }

        return Math.Tan(low) * Math.Sqrt(degrees);
    }

    // The chance of |t| <= sqrt(degrees) tan(angle): a finite series (Abramowitz and Stegun, 26.7.3 and 26.7.4).
    private static double Within(double angle, int degrees)
    {
        var (sine, cosine) = Math.SinCos(angle);
        var isOdd = degrees % 2 == 1;
        if (degrees == 1) return 2 * angle / Math.PI;
        var term = isOdd ? cosine : 1.0;
        var sum = term;
        for (var i = isOdd ? 2 : 1; i <= degrees - 3; i += 2)
        {
            term *= (double)i / (i + 1) * cosine * cosine;
            sum += term;
        }

        return isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
