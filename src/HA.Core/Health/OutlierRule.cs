using System.Globalization;

namespace HA.Core.Health;

/// <summary>What one endpoint's calls came to in an interval.</summary>
/// <param name="Successes">Calls that succeeded.</param>
/// <param name="Failures">Calls that failed.</param>
/// <param name="LatencyMs">Mean latency of those that succeeded.</param>
internal readonly record struct OutlierSample(long Successes, long Failures, double LatencyMs)
{
    internal long Calls => Successes + Failures;

    internal double SuccessRate => (double)Successes / Calls;
}

/// <summary>Finds the endpoints that are much worse than their peers. Pure.</summary>
internal static class OutlierRule
{
    /// <summary>The places of the outliers and what is wrong with each, worst success rate first.</summary>
    internal static List<(int Place, string Reason)> Find(ReadOnlySpan<OutlierSample> samples, OutlierOptions options)
    {
        var compared = new List<int>();
        for (var i = 0; i < samples.Length; i++)
        {
            if (samples[i].Calls >= options.MinCalls) compared.Add(i);
        }

        if (compared.Count < options.MinEndpoints) return [];
        var found = new List<(int Place, double Rate, string Reason)>();
        var rates = ValuesOf(samples, compared, static s => s.SuccessRate);
        var (rate, rateSpread) = MedianAndSpread(rates);
        // An endpoint that never succeeds has no latency to compare.
        var (latency, latencySpread) = MedianAndSpread(ValuesOf(samples, compared.FindAll(Succeeded(samples)), static s => s.LatencyMs));
        foreach (var place in compared)
        {
            var sample = samples[place];
            var reason = IsFailing(sample, rate, rateSpread, options)
                ? $"success rate {Percent(sample.SuccessRate)}, median of its peers {Percent(rate)}"
                : IsSlow(sample, latency, latencySpread, options)
                    ? $"mean latency {Milliseconds(sample.LatencyMs)}, median of its peers {Milliseconds(latency)}"
                    : null;
            if (reason is not null) found.Add((place, sample.SuccessRate, reason));
        }

        // Which ones go, if not all may, is decided by how bad they are, and then by their order.
        return [.. found.OrderBy(static f => f.Rate).ThenBy(static f => f.Place).Select(static f => (f.Place, f.Reason))];
    }

    private static bool IsFailing(OutlierSample sample, double median, double spread, OutlierOptions options)
    {
        // What chance alone would do to so many calls at the peers' rate.
        var chance = Math.Sqrt(median * (1 - median) / sample.Calls);
        return sample.SuccessRate < median - Math.Max(options.SuccessMargin, options.Deviations * Math.Max(spread, chance));
    }

    private static bool IsSlow(OutlierSample sample, double median, double spread, OutlierOptions options) =>
        options.LatencyFactor is { } factor && sample.Successes > 0 && sample.LatencyMs > factor * median
        && sample.LatencyMs > median + Math.Max(options.LatencyMargin.TotalMilliseconds, options.Deviations * spread);

    private static Predicate<int> Succeeded(ReadOnlySpan<OutlierSample> samples)
    {
        var succeeded = new bool[samples.Length];
        for (var i = 0; i < samples.Length; i++) succeeded[i] = samples[i].Successes > 0;
        return place => succeeded[place];
    }

    private static double[] ValuesOf(ReadOnlySpan<OutlierSample> samples, List<int> places, Func<OutlierSample, double> value)
    {
        var values = new double[places.Count];
        for (var i = 0; i < values.Length; i++) values[i] = value(samples[places[i]]);
        return values;
    }

    private static (double Median, double Spread) MedianAndSpread(double[] values)
    {
        var median = Median(values);
        return (median, Median(Array.ConvertAll(values, v => Math.Abs(v - median))));
    }

    private static double Median(double[] values)
    {
        if (values.Length == 0) return 0;
        Array.Sort(values);
        return (values[values.Length / 2] + values[(values.Length - 1) / 2]) / 2;
    }

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double value) => value.ToString("0.#", CultureInfo.InvariantCulture) + " ms";
}
