namespace HA.Core.Health;

/// <summary>How health is judged. A new instance holds the recommended values.</summary>
public sealed record HealthOptions
{
    /// <summary>Failures in a row of real calls that eject an endpoint.</summary>
    /// <value>The default is 5.</value>
    public int FailureThreshold { get; init => field = Check.AtLeast(1, value); } = ConsecutiveFailures.DefaultThreshold;

    /// <summary>How long the first ejection lasts; it doubles with each that follows soon.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan EjectionTime { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>Longest ejection, but for up to a tenth of jitter on every one.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan MaxEjectionTime { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(60);

    /// <summary>Calls that may try an endpoint at once after its ejection.</summary>
    /// <value>The default is 1; at most 200.</value>
    public int ProbePermits
    {
        get;
        init => field = value <= 200 ? Check.AtLeast(1, value) : throw new ArgumentOutOfRangeException(
            nameof(ProbePermits), value, "ProbePermits is at most 200.");
    } = 1;

    /// <summary>
    /// If a smaller share than this of the endpoints that the registry calls up is fit, health is ignored and all of
    /// them are used: too little left to trust the verdict, or to carry the load.
    /// </summary>
    /// <value>The default is 0.3.</value>
    public double PanicThreshold { get; init => field = Check.Share(value); } = 0.3;

    /// <summary>Makes a detector for each endpoint; null for <see cref="ConsecutiveFailures"/> with the values above.</summary>
    public Func<IFailureDetector>? Detector { get; init; }

    /// <summary>Asks endpoints for their health from time to time; null to rely on calls and the registry.</summary>
    public IHealthChecker? Checker { get; init; }

    /// <summary>Time between two checks of one endpoint.</summary>
    /// <value>The default is 5 s, with a tenth of jitter.</value>
    public TimeSpan CheckInterval { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>Longest that one check may take.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan CheckTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>Good checks in a row that make an endpoint healthy again.</summary>
    /// <value>The default is 2.</value>
    public int Rise { get; init => field = Check.AtLeast(1, value); } = 2;

    /// <summary>Bad checks in a row that make an endpoint unhealthy.</summary>
    /// <value>The default is 3.</value>
    public int Fall { get; init => field = Check.AtLeast(1, value); } = 3;

    internal IFailureDetector CreateDetector() => Detector?.Invoke() ?? new ConsecutiveFailures(FailureThreshold, EjectionTime);
}
