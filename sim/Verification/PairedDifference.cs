namespace HA.Core.Sim.Verification;

/// <summary>How two policies differ over seeds that both were given.</summary>
/// <param name="Mean">Mean of the differences, seed by seed.</param>
/// <param name="HalfWidth">Half the width of its interval; null of one seed.</param>
/// <param name="UnpairedHalfWidth">The same if each policy had had seeds of its own.</param>
internal readonly record struct PairedDifference(double Mean, double? HalfWidth, double? UnpairedHalfWidth)
{
    /// <summary>How many times wider the interval would be without pairing; null if there is no chance in it.</summary>
    internal double? Narrowing => HalfWidth > 0 && UnpairedHalfWidth > 0 ? UnpairedHalfWidth / HalfWidth : null;

    /// <summary>Whether no difference at all is among those that the interval holds.</summary>
    internal bool IsTie => HalfWidth is { } half && Math.Abs(Mean) <= half;

    /// <param name="values">One policy's, by seed.</param>
    /// <param name="reference">The other's, by the same seeds.</param>
    /// <param name="miss">How often the interval may miss the truth.</param>
    internal static PairedDifference Of(double[] values, double[] reference, double miss)
    {
        var differences = values.Zip(reference, static (a, b) => a - b).ToArray();
        return new PairedDifference(
            differences.Average(), ConfidenceInterval.HalfWidth(differences, miss), ConfidenceInterval.UnpairedHalfWidth(values, reference, miss));
    }
}
