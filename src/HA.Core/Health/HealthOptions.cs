namespace HA.Core.Health;

/// <summary>How health is judged. A new instance holds the recommended values, which <see cref="HealthDefaults"/> lists.</summary>
/// <remarks>Each value is checked when it is set, and all of them together when a pool is made.</remarks>
public sealed record HealthOptions
{
    // A hundredth of an interval, at random, so that checks do not beat in time with something else.
    internal const double CheckJitter = 0.01;

    /// <summary>Failures in a row of calls that reached an endpoint which eject it.</summary>
    /// <value>The default is 5.</value>
    public int FailureThreshold { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.FailureThreshold;

    /// <summary>Failures in a row of calls that could not be sent to an endpoint which eject it.</summary>
    /// <value>The default is 3.</value>
    public int LocalFailureThreshold { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.LocalFailureThreshold;

    /// <summary>Share of the calls of <see cref="Window"/> which ejects an endpoint when they fail; null to ignore it.</summary>
    /// <value>The default is 0.5.</value>
    public double? FailureShare
    {
        get;
        init => field = value is { } share ? Check.PositiveShare(share) : null;
    } = HealthDefaults.FailureShare;

    /// <summary>A call that takes this long is slow; null if none is.</summary>
    /// <value>The default is null: balancers send a slow endpoint less.</value>
    public TimeSpan? SlowCallTime { get; init => field = value is { } time ? Check.Positive(time) : null; }

    /// <summary>Share of the calls of <see cref="Window"/> which ejects an endpoint when they are slow.</summary>
    /// <value>The default is 0.5.</value>
    public double SlowShare { get; init => field = Check.PositiveShare(value); } = HealthDefaults.SlowShare;

    /// <summary>How far <see cref="FailureShare"/> and <see cref="SlowShare"/> look back.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan Window { get; init => field = Check.Positive(value); } = HealthDefaults.Window;

    /// <summary>Calls that <see cref="Window"/> must hold before shares of them mean anything.</summary>
    /// <value>The default is 20.</value>
    public int MinWindowCalls { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.MinWindowCalls;

    /// <summary>When an endpoint is worse than its peers; null to compare none.</summary>
    public OutlierOptions? Outliers { get; init; } = new();

    /// <summary>Makes a detector for each endpoint; null for those that the values above describe.</summary>
    public Func<IFailureDetector>? Detector { get; init; }

    /// <summary>How long the first ejection lasts; it doubles with each that follows before healthy traffic forgave it.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan EjectionTime { get; init => field = Check.Positive(value); } = HealthDefaults.EjectionTime;

    /// <summary>Longest ejection, but for up to a tenth of jitter on every one.</summary>
    /// <value>The default is 60 s, or <see cref="EjectionTime"/> if that is longer.</value>
    public TimeSpan MaxEjectionTime
    {
        get => field > TimeSpan.Zero ? field
            : EjectionTime > HealthDefaults.MaxEjectionTime ? EjectionTime
            : HealthDefaults.MaxEjectionTime;
        init => field = Check.Positive(value);
    }

    /// <summary>
    /// Largest share of the endpoints that calls may have taken out at once, those on probation included. Exact: nobody is
    /// ejected if there would be more afterwards. Checks, the registry and people are not bound by it.
    /// </summary>
    /// <value>The default is 1: who fails is out, and panic looks after too few being left.</value>
    public double MaxEjectedShare { get; init => field = Check.Share(value); } = HealthDefaults.MaxEjectedShare;

    /// <summary>Whether one endpoint may be ejected even if <see cref="MaxEjectedShare"/> allows none of so few.</summary>
    /// <value>The default is false.</value>
    public bool AllowOneEjection { get; init; }

    /// <summary>Calls that may try an endpoint at once after its ejection.</summary>
    /// <value>The default is 1; at most 200.</value>
    public int ProbePermits
    {
        get;
        init => field = value <= 200 ? Check.AtLeast(1, value) : throw new ArgumentOutOfRangeException(
            nameof(ProbePermits), value, "ProbePermits is at most 200.");
    } = HealthDefaults.ProbePermits;

    /// <summary>How long such a call keeps its permit: after that another may try, and its own end decides nothing.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan ProbeTimeout { get; init => field = Check.Positive(value); } = HealthDefaults.ProbeTimeout;

    /// <summary>Good calls on probation that bring an endpoint back; a bad one ejects it again.</summary>
    /// <value>The default is 3.</value>
    public int ProbesToRestore { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.ProbesToRestore;

    /// <summary>
    /// If a smaller share than this of the endpoints that the registry calls up is fit, some that are not are used beside
    /// them, the more the fewer are fit: too little left to trust the verdict, or to carry the load.
    /// </summary>
    /// <value>The default is 0.3.</value>
    public double PanicThreshold { get; init => field = Check.Share(value); } = HealthDefaults.PanicThreshold;

    /// <summary>Asks endpoints for their health from time to time; null to rely on calls and the registry.</summary>
    public IHealthChecker? Checker { get; init; }

    /// <summary>Time between two checks of one endpoint.</summary>
    /// <value>The default is 5 s, with a hundredth of jitter, as with the intervals below.</value>
    public TimeSpan CheckInterval { get; init => field = Check.Positive(value); } = HealthDefaults.CheckInterval;

    /// <summary>Time until the next check when the last one contradicts the verdict: a first failure, a first good sign.</summary>
    /// <remarks>A call that fails brings the next check forward, but no nearer to the last one than this.</remarks>
    /// <value>The default is a quarter of <see cref="CheckInterval"/>.</value>
    public TimeSpan RecheckInterval
    {
        get => field > TimeSpan.Zero ? field : CheckInterval / 4;
        init => field = Check.Positive(value);
    }

    /// <summary>Time between two checks of an endpoint that its checks call unhealthy.</summary>
    /// <value>The default is <see cref="CheckInterval"/>.</value>
    public TimeSpan UnhealthyCheckInterval
    {
        get => field > TimeSpan.Zero ? field : CheckInterval;
        init => field = Check.Positive(value);
    }

    /// <summary>
    /// Time between two checks of an endpoint that no call asked for since its last one. The first call that does has it
    /// checked at once.
    /// </summary>
    /// <value>The default is <see cref="CheckInterval"/>, and that is the least.</value>
    public TimeSpan IdleCheckInterval
    {
        get => field > TimeSpan.Zero ? field : CheckInterval;
        init => field = Check.Positive(value);
    }

    /// <summary>Longest that one check may take, whether or not the checker heeds its token.</summary>
    /// <value>The default is 1 s, or <see cref="CheckInterval"/> if that is shorter, which is the most.</value>
    public TimeSpan CheckTimeout
    {
        get => field > TimeSpan.Zero ? field
            : CheckInterval < HealthDefaults.CheckTimeout ? CheckInterval
            : HealthDefaults.CheckTimeout;
        init => field = Check.Positive(value);
    }

    /// <summary>
    /// Checks that may be under way at once in a pool. A quarter of them is for endpoints that are unhealthy already, and
    /// the rest for all others, so however many dead ones hang, they delay no verdict on the living.
    /// </summary>
    /// <value>The default is 64; at least 2.</value>
    public int MaxConcurrentChecks { get; init => field = Check.AtLeast(2, value); } = HealthDefaults.MaxConcurrentChecks;

    /// <summary>Good checks in a row that make an endpoint healthy again.</summary>
    /// <value>The default is 2.</value>
    public int Rise { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.Rise;

    /// <summary>Bad checks in a row that make an endpoint unhealthy.</summary>
    /// <value>The default is 3.</value>
    public int Fall { get; init => field = Check.AtLeast(1, value); } = HealthDefaults.Fall;

    /// <summary>
    /// The longest time from the moment when an endpoint in use stops passing its checks until it is unhealthy: the wait for
    /// the next check, its timeout, and as many rechecks as <see cref="Fall"/> asks for. It holds while no check has to wait
    /// for another, so while three quarters of <see cref="MaxConcurrentChecks"/> are enough for those that hang and are not
    /// yet unhealthy. 10.6 s with the recommended values.
    /// </summary>
    public TimeSpan DetectionBound =>
        (CheckInterval * (1 + CheckJitter)) + CheckTimeout + ((Fall - 1) * ((RecheckInterval * (1 + CheckJitter)) + CheckTimeout));

    /// <summary>Answers these options if they agree with each other; a pool asks for that when it is made.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public HealthOptions Agreeing()
    {
        Require(
            MaxEjectionTime >= EjectionTime, nameof(MaxEjectionTime),
            $"{nameof(EjectionTime)} is {EjectionTime}; {nameof(MaxEjectionTime)} must not be shorter");
        Require(
            CheckTimeout <= CheckInterval, nameof(CheckTimeout),
            $"{nameof(CheckInterval)} is {CheckInterval}; {nameof(CheckTimeout)} must not be longer");
        Require(
            RecheckInterval <= CheckInterval, nameof(RecheckInterval),
            $"{nameof(CheckInterval)} is {CheckInterval}; {nameof(RecheckInterval)} must not be longer");
        Require(
            IdleCheckInterval >= CheckInterval, nameof(IdleCheckInterval),
            $"{nameof(CheckInterval)} is {CheckInterval}; {nameof(IdleCheckInterval)} must not be shorter");
        return this;
    }

    /// <summary>Whether detectors made for the other ones do for these.</summary>
    internal bool HasDetectorOf(HealthOptions other) =>
        FailureThreshold == other.FailureThreshold && LocalFailureThreshold == other.LocalFailureThreshold
        && FailureShare == other.FailureShare && SlowCallTime == other.SlowCallTime && SlowShare == other.SlowShare
        && Window == other.Window && MinWindowCalls == other.MinWindowCalls && EjectionTime == other.EjectionTime
        && Detector == other.Detector;

    /// <summary>Whether checks that are made for the other ones do for these.</summary>
    internal bool HasChecksOf(HealthOptions other) =>
        ReferenceEquals(Checker, other.Checker) && CheckInterval == other.CheckInterval && RecheckInterval == other.RecheckInterval
        && UnhealthyCheckInterval == other.UnhealthyCheckInterval && IdleCheckInterval == other.IdleCheckInterval
        && CheckTimeout == other.CheckTimeout && MaxConcurrentChecks == other.MaxConcurrentChecks;

    internal IFailureDetector CreateDetector(TimeProvider time)
    {
        if (Detector is not null) return Detector();
        List<IFailureDetector> parts = [new ConsecutiveFailures(FailureThreshold, EjectionTime, LocalFailureThreshold)];
        if (FailureShare is { } share) parts.Add(new FailureRate(share, Window, MinWindowCalls, EjectionTime, time));
        if (SlowCallTime is { } slow) parts.Add(new SlowCalls(slow, SlowShare, Window, MinWindowCalls, EjectionTime, time));
        return parts.Count == 1 ? parts[0] : new CombinedDetector(parts);
    }

    private static void Require(bool isRight, string name, string rule)
    {
        if (!isRight) throw new ArgumentException($"{rule}. Change one of them.", name);
    }
}
