namespace HA.Core.Alerting;

/// <summary>When an alert is told. A new instance holds the recommended values. A rule that is null never is.</summary>
public sealed record AlertOptions
{
    /// <summary>How often the rules are looked at.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan Interval { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two messages that the same rule fires for the same service. Its end is told in any case.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan MinInterval { get; init => field = Check.NotNegative(value); } = TimeSpan.FromMinutes(1);

    /// <summary>How long no instance is fit before that is told. Critical.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan? NoHealthyInstance { get; init => field = Checked(value); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a panic lasts before it is told. Critical.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan? Panic { get; init => field = Checked(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long many instances are out before that is told.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan? MassEjection { get; init => field = Checked(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Share of a service's instances that is many; two at least.</summary>
    /// <value>The default is 0.5.</value>
    public double MassEjectionShare { get; init => field = Check.PositiveShare(value); } = 0.5;

    /// <summary>How long the registry does not answer before that is told.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan? RegistryLost { get; init => field = Checked(value); } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the registry does not answer before its last word counts as stale; what comes from disk is as old as it is.
    /// Critical.
    /// </summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan? StaleCatalog { get; init => field = Checked(value); } = TimeSpan.FromMinutes(10);

    /// <summary>How long retries are refused before that is told. It ends when none was refused for <see cref="RetryQuietTime"/>.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan? RetryBudgetExhausted { get; init => field = Checked(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long no retry is refused before the budget counts as sufficient again.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan RetryQuietTime { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How long this program is not in the registry before that is told. Critical.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan? RegistrationLost { get; init => field = Checked(value); } = TimeSpan.FromSeconds(30);

    internal TimeSpan? ForTimeOf(AlertRule rule) => rule switch
    {
        AlertRule.NoHealthyInstance => NoHealthyInstance,
        AlertRule.Panic => Panic,
        AlertRule.MassEjection => MassEjection,
        AlertRule.RegistryLost => RegistryLost,
        AlertRule.StaleCatalog => StaleCatalog,
        AlertRule.RetryBudgetExhausted => RetryBudgetExhausted,
        _ => RegistrationLost,
    };

    internal static AlertSeverity SeverityOf(AlertRule rule) =>
        rule is AlertRule.MassEjection or AlertRule.RegistryLost or AlertRule.RetryBudgetExhausted
            ? AlertSeverity.Warning
            : AlertSeverity.Critical;

    private static TimeSpan? Checked(
        TimeSpan? value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        value is { } time ? Check.NotNegative(time, name) : null;
}
