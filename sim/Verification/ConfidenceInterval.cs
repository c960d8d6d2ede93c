namespace HA.Core.Sim.Verification;

/// <summary>How far a mean over runs may be from the truth.</summary>
internal static class ConfidenceInterval
{
    /// <summary>How often an interval of 95 % misses the truth.</summary>
    internal const double Miss = 0.05;

    /// <summary>Half the width of the 95 % interval of the mean; null of less than two values, or if one is missing.</summary>
    internal static double? HalfWidth(IReadOnlyList<double?> values) =>
        values.Any(static v => v is null) ? null : HalfWidth([.. values.Select(static v => v!.Value)], Miss);

    /// <summary>Half the width of the interval of the mean; null of less than two values.</summary>
    /// <param name="values">One for each run.</param>
    /// <param name="miss">How often such an interval may miss the truth.</param>
    internal static double? HalfWidth(double[] values, double miss) =>
        values.Length < 2 ? null : StudentT.TwoSided(miss, values.Length - 1) * Math.Sqrt(Variance(values) / values.Length);

    /// <summary>
    /// The same for the difference of two means of runs that have nothing in common (Welch's, its degrees of freedom rounded
    /// down); null of less than two values.
    /// </summary>
    internal static double? UnpairedHalfWidth(double[] a, double[] b, double miss)
    {
        if (a.Length < 2 || b.Length < 2) return null;
        double u = Variance(a) / a.Length, v = Variance(b) / b.Length;
        if (u + v == 0) return 0;
        var degrees = (u + v) * (u + v) / ((u * u / (a.Length - 1)) + (v * v / (b.Length - 1)));
        return StudentT.TwoSided(miss, Math.Max(1, (int)degrees)) * Math.Sqrt(u + v);
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}
