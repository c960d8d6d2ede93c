namespace HA.Core.Tests.Fakes;

internal static class ChiSquare
{
    /// <summary>Fails if counts this uneven come from a uniform source less than once in a hundred thousand times.</summary>
    public static void AssertUniform(IReadOnlyCollection<int> counts)
    {
        var expected = counts.Sum() / (double)counts.Count;
        var statistic = counts.Sum(c => (c - expected) * (c - expected) / expected);
        // Wilson and Hilferty's approximation of the quantile.
        const double Z = 4.265;
        double k = counts.Count - 1;
        var limit = k * Math.Pow(1 - (2 / (9 * k)) + (Z * Math.Sqrt(2 / (9 * k))), 3);
        Assert.True(statistic < limit, $"chi-square {statistic:0.0} over {limit:0.0}: {string.Join(' ', counts.Take(20))}");
    }
}
