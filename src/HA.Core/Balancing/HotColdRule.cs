namespace HA.Core.Balancing;

/// <summary>
/// Of endpoints that have told their load, takes the quickest of those that are not among the busiest: by latency as long as
/// there is a choice, by calls in flight when there is none.
/// </summary>
/// <remarks>
/// Calls in flight are what an endpoint will be like, latency is what it was like: so the busiest, the hot ones, are kept
/// out whatever they say of their latency. The rule is Prequal's (Wydrowski et al., "Load is not what you should balance",
/// NSDI 2024).
/// </remarks>
public static class HotColdRule
{
    /// <summary>Most reports that are looked at.</summary>
    public const int Most = 64;

    /// <summary>Calls in flight above which an endpoint is hot.</summary>
    /// <param name="reports">1 to <see cref="Most"/> of them, each of another endpoint.</param>
    /// <param name="hotQuantile">0: all but the least busy are hot. 1: none is.</param>
    public static int Threshold(ReadOnlySpan<LoadReport> reports, double hotQuantile)
    {
        Span<int> sorted = stackalloc int[Most];
        sorted = sorted[..reports.Length];
        for (var i = 0; i < reports.Length; i++)
        {
            var at = i;
            for (; at > 0 && sorted[at - 1] > reports[i].InFlight; at--) sorted[at] = sorted[at - 1];
            sorted[at] = reports[i].InFlight;
        }

        return sorted[(int)(hotQuantile * (sorted.Length - 1))];
    }

    /// <summary>The place of the best.</summary>
    /// <inheritdoc cref="Threshold"/>
    public static int Choose(ReadOnlySpan<LoadReport> reports, double hotQuantile) =>
        QuickestUpTo(Threshold(reports, hotQuantile), reports);

    /// <summary>The place of the worst: the busiest of the hot ones, or the slowest if none is hot.</summary>
    /// <inheritdoc cref="Threshold"/>
    public static int Worst(ReadOnlySpan<LoadReport> reports, double hotQuantile) =>
        WorstBeyond(Threshold(reports, hotQuantile), reports);

    /// <summary>As <see cref="Choose"/>, for who knows the threshold.</summary>
    internal static int QuickestUpTo(int threshold, ReadOnlySpan<LoadReport> reports)
    {
        // Whoever is least busy is never hot, so somebody is cold.
        var best = -1;
        for (var i = 0; i < reports.Length; i++)
        {
            if (reports[i].InFlight <= threshold && (best < 0 || reports[i].Latency < reports[best].Latency)) best = i;
        }

        return best;
    }

    /// <summary>As <see cref="Worst"/>, for who knows the threshold.</summary>
    internal static int WorstBeyond(int threshold, ReadOnlySpan<LoadReport> reports)
    {
        int busiest = 0, slowest = 0;
        for (var i = 1; i < reports.Length; i++)
        {
            if (reports[i].InFlight > reports[busiest].InFlight) busiest = i;
            if (reports[i].Latency > reports[slowest].Latency) slowest = i;
        }

        return reports[busiest].InFlight > threshold ? busiest : slowest;
    }
}
