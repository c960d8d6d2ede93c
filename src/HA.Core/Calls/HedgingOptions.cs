namespace HA.Core.Calls;

/// <summary>
/// When a second instance is asked because the first takes longer than most, and the first good answer wins. Only calls
/// that are idempotent are hedged.
/// </summary>
public sealed record HedgingOptions
{
    /// <summary>The share of recent calls that were quicker than the wait before the second attempt.</summary>
    /// <value>The default is 0.95.</value>
    public double Percentile
    {
        get;
        init => field = value is >= 0.5 and <= 0.999 ? value : throw new ArgumentOutOfRangeException(
            nameof(Percentile), value, "Percentile must be between 0.5 and 0.999.");
    } = 0.95;

    /// <summary>Second attempts that a client may make for each call, over time. Each one is a retry to the retry budget too.</summary>
    /// <value>The default is 0.05.</value>
    public double Share { get; init => field = Check.Share(value); } = 0.05;

    /// <summary>Second attempts that a client may make at once before <see cref="Share"/> binds.</summary>
    /// <value>The default is 10.</value>
    public int Reserve { get; init => field = Check.AtLeast(0, value); } = 10;

    /// <summary>Shortest wait before a second attempt.</summary>
    /// <value>The default is 1 ms.</value>
    public TimeSpan MinDelay { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(1);
}
