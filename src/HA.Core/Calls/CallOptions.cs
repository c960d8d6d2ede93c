namespace HA.Core.Calls;

/// <summary>How calls are made. A new instance holds the recommended values.</summary>
public sealed record CallOptions
{
    /// <summary>Longest that a whole call may take, all attempts and waits together.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan Deadline { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Longest that one attempt may take.</summary>
    /// <value>The default is 2 s.</value>
    public TimeSpan AttemptTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Most attempts of one call, the first included. After an attempt that never left, an endpoint that this call has not
    /// tried is tried even beyond that.
    /// </summary>
    /// <value>The default is 3.</value>
    public int MaxAttempts { get; init => field = Check.AtLeast(1, value); } = 3;

    /// <summary>
    /// Retries that a client may make for each call, over time: the brake on retry storms. Failing over from an endpoint
    /// that the request never reached costs nothing there and so nothing here.
    /// </summary>
    /// <value>The default is 0.2.</value>
    public double RetryShare { get; init => field = Check.NotNegative(value); } = 0.2;

    /// <summary>Retries that a client may make at once before <see cref="RetryShare"/> binds.</summary>
    /// <value>The default is 100.</value>
    public int RetryReserve { get; init => field = Check.AtLeast(0, value); } = 100;

    /// <summary>Ceiling of the wait before an endpoint that already failed this call is tried again; doubles each time.</summary>
    /// <value>The default is 50 ms. Another endpoint is tried at once.</value>
    public TimeSpan RetryBackoff { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether another endpoint may be tried at once when one asks to be left alone for a while. False: the whole service is
    /// left alone for that time. An answer that speaks for the whole service (HTTP's 429) is always obeyed.
    /// </summary>
    /// <value>The default is true.</value>
    public bool RetryAfterElsewhere { get; init; } = true;

    /// <summary>
    /// Whether each attempt tells how long its caller waits. Calls made while serving one that told it do so in any case.
    /// </summary>
    /// <value>The default is false.</value>
    public bool PropagateDeadline { get; init; }

    /// <summary>
    /// Whether those who serve the calls are told not to repeat what they call themselves, because this client repeats the
    /// whole: for the top of a chain of services. Calls made while serving one that was told so tell it in any case.
    /// </summary>
    /// <value>The default is false.</value>
    public bool StopRetryChain { get; init; }

    /// <summary>When a second instance is asked because the first is slow; null for never.</summary>
    /// <value>The default is null.</value>
    public HedgingOptions? Hedging { get; init; }

    /// <summary>When calls to a service that takes hardly any are refused here; null for never.</summary>
    /// <value>The default is null.</value>
    public ThrottleOptions? Throttle { get; init; }

    /// <summary>How many calls are under way at once; null for any number.</summary>
    /// <value>The default is null.</value>
    public BulkheadOptions? Bulkhead { get; init; }

    /// <summary>How the calls that an endpoint serves at once are limited by what it was seen to bear; null for not at all.</summary>
    /// <value>The default is null.</value>
    public ConcurrencyOptions? Concurrency { get; init; }
}

/// <summary>What is special about one call.</summary>
/// <param name="IsIdempotent">
/// Doing it twice does no more than doing it once, so it may be sent again after it may have been done. False by default:
/// then it is sent again only if it provably never left.
/// </param>
/// <param name="HashKey">What the call is about, for policies that keep the same key on the same endpoint; 0 if nothing.</param>
/// <param name="Deadline">Replaces <see cref="CallOptions.Deadline"/>.</param>
/// <param name="Incoming">The call that this one is made for; <see cref="IncomingCall.Current"/> when null.</param>
public readonly record struct CallSettings(
    bool IsIdempotent = false, ulong HashKey = 0, TimeSpan? Deadline = null, IncomingCall? Incoming = null);
