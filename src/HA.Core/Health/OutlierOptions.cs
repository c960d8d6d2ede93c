namespace HA.Core.Health;

/// <summary>When an endpoint is so much worse than its peers that it is ejected. A new instance holds the recommended values.</summary>
/// <remarks>
/// Compared with the median of the peers, by the median of the deviations from it: both stand firm while fewer than half
/// of the endpoints are bad, where a mean and its standard deviation are blind beyond a fifth, and below five endpoints.
/// The margins are absolute, so that among endpoints that are all but perfect one that is merely very good is spared.
/// </remarks>
public sealed record OutlierOptions
{
    /// <summary>Least number of endpoints with enough calls that can be compared.</summary>
    /// <value>The default is 3, and so is the least.</value>
    public int MinEndpoints { get; init => field = Check.AtLeast(3, value); } = 3;

    /// <summary>Calls that an endpoint must have had in an interval to be compared.</summary>
    /// <value>The default is 100.</value>
    public int MinCalls { get; init => field = Check.AtLeast(1, value); } = 100;

    /// <summary>Time between two comparisons. Without traffic there are none.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan Interval { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How many deviations from the median are too many: of the peers from each other, and of chance.</summary>
    /// <value>The default is 5.</value>
    public double Deviations { get; init => field = Check.NotNegative(value); } = 5;

    /// <summary>Least difference to the median success rate that counts, as a share of the calls.</summary>
    /// <value>The default is 0.05.</value>
    public double SuccessMargin { get; init => field = Check.PositiveShare(value); } = 0.05;

    /// <summary>
    /// Factor on the median latency above which an endpoint is an outlier by latency too; null to leave slowness to the
    /// balancer, which sends a slow endpoint less without burdening the others with all of its calls.
    /// </summary>
    /// <value>The default is null.</value>
    public double? LatencyFactor
    {
        get;
        init => field = value is null or (>= 1 and <= 1e6) ? value : throw new ArgumentOutOfRangeException(
            nameof(LatencyFactor), value, "LatencyFactor must be at least 1, or null to ignore latency.");
    }

    /// <summary>Least difference to the median latency that counts.</summary>
    /// <value>The default is 50 ms.</value>
    public TimeSpan LatencyMargin { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(50);
}
