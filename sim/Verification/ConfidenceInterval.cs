namespace HA.Core.Sim.Verification;

/// <summary>How far a mean over runs may be from the truth.</summary>
internal static class ConfidenceInterval
{
    // Student's t, two-sided 95 %, for 1 to 30 degrees of freedom.
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Half the width of the 95 % interval of the mean; null of less than two values, or if one is missing.</summary>
    internal static double? HalfWidth(IReadOnlyList<double?> values)
    {
        if (values.Count < 2 || values.Any(static v => v is null)) return null;
        var mean = values.Average()!.Value;
        var variance = values.Sum(v => (v!.Value - mean) * (v.Value - mean)) / (values.Count - 1);
        var degrees = values.Count - 1;
        var t = degrees <= Student.Length ? Student[degrees - 1] : 1.96 * (1 + (1.25 / degrees));
        return t * Math.Sqrt(variance / values.Count);
    }
}
