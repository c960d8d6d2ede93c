namespace HA.Core.Balancing;

/// <summary>How <see cref="ProbingLoadBalancer"/> asks. A new instance holds the values that Prequal was published with.</summary>
public sealed record ProbingOptions
{
    /// <summary>Answers that are kept to choose from; never more than half as many as there are endpoints.</summary>
    /// <value>The default is 16; 2 to 64.</value>
    public int PoolSize
    {
        get;
        init => field = value is >= 2 and <= HotColdRule.Most
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PoolSize), value, $"PoolSize must be 2 to {HotColdRule.Most}.");
    } = 16;

    /// <summary>Endpoints that are asked for each call.</summary>
    /// <value>The default is 3.</value>
    public int ProbesPerCall { get; init => field = Check.AtLeast(1, value); } = 3;

    /// <summary>How often those are asked that are due. In one round at most twice <see cref="PoolSize"/> are.</summary>
    /// <value>The default is 10 ms.</value>
    public TimeSpan Interval { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest that an answer is waited for.</summary>
    /// <value>The default is 100 ms.</value>
    public TimeSpan Timeout { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>How old an answer may be that is chosen by.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan MaxAge { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>Share of the answers whose endpoints are not among the busiest; see <see cref="HotColdRule"/>.</summary>
    /// <value>The default is 0.84.</value>
    public double HotQuantile { get; init => field = Check.Share(value); } = 0.84;
}
