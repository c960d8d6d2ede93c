namespace HA.Core.Health;

/// <summary>The recommended numbers, in one place. Each is the default of the option of the same name.</summary>
public static class HealthDefaults
{
    /// <summary>Failures in a row of calls that reached the endpoint.</summary>
    public const int FailureThreshold = 5;

    /// <summary>Failures in a row of calls that were never sent. Fewer, because a refused connection leaves little doubt.</summary>
    public const int LocalFailureThreshold = 3;

    /// <summary>Share of the calls of a window that fail.</summary>
    public const double FailureShare = 0.5;

    /// <summary>Share of the calls of a window that are slow.</summary>
    public const double SlowShare = 0.5;

    /// <summary>Calls that a window must hold before its shares mean anything.</summary>
    public const int MinWindowCalls = 20;

    /// <summary>Largest share of the endpoints that calls may have taken out: all, since panic looks after the rest.</summary>
    public const double MaxEjectedShare = 1;

    /// <summary>Calls that may try an endpoint at once after its ejection.</summary>
    public const int ProbePermits = 1;

    /// <summary>Good calls on probation that bring an endpoint back.</summary>
    public const int ProbesToRestore = 3;

    /// <summary>Share of fit endpoints below which panic begins.</summary>
    public const double PanicThreshold = 0.3;

    /// <summary>Good checks in a row that make an endpoint healthy again.</summary>
    public const int Rise = 2;

    /// <summary>Bad checks in a row that make an endpoint unhealthy.</summary>
    public const int Fall = 3;

    /// <summary>Checks that may be under way at once.</summary>
    public const int MaxConcurrentChecks = 64;

    /// <summary>Length of the window of <see cref="FailureShare"/> and <see cref="SlowShare"/>: 10 s.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>The first ejection: 5 s.</summary>
    public static readonly TimeSpan EjectionTime = TimeSpan.FromSeconds(5);

    /// <summary>The longest ejection: 60 s.</summary>
    public static readonly TimeSpan MaxEjectionTime = TimeSpan.FromSeconds(60);

    /// <summary>How long a call on probation keeps its permit: 5 s.</summary>
    public static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Time between two checks of one endpoint: 5 s.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>Longest that one check may take: 1 s.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);
}
