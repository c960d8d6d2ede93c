namespace HA.Core.Registry;

/// <summary>How a <see cref="RegistrationKeeper"/> keeps an instance registered. A new instance holds the recommended values.</summary>
public sealed record RegistrationOptions
{
    /// <summary>How long the entry outlives its last renewal; it is renewed three times in that time.</summary>
    /// <value>The default is 15 s.</value>
    public TimeSpan TimeToLive { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(15);

    /// <summary>Ceiling of the first wait after a failure; it doubles up to a third of the time to live.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan FirstBackoff { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait for one answer of the registry; a quarter of the time to live if that is shorter.</summary>
    /// <value>The default is 3 s.</value>
    public TimeSpan RequestTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(3);

    /// <summary>Longest that stopping may take, even if the registry does not answer; until then it is asked again.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan DeregisterTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(5);

    internal TimeSpan RenewalPeriod => TimeToLive / 3;

    internal TimeSpan EffectiveRequestTimeout => RequestTimeout < TimeToLive / 4 ? RequestTimeout : TimeToLive / 4;
}
