namespace HA.Core.Calls;

/// <summary>
/// The call that this process is serving, as far as the calls it makes itself have to know: when its caller stops waiting,
/// and whether repeating is its caller's business.
/// </summary>
/// <remarks>
/// While one is entered, calls end by its deadline, and if it says so are not made again after they may have reached
/// somebody. Both are told to whom they call, so the word travels through every tier. Immutable; the current one follows
/// the flow of control, as <see cref="AsyncLocal{T}"/> does.
/// </remarks>
public sealed class IncomingCall
{
    private static readonly AsyncLocal<IncomingCall?> Entered = new();

    private readonly TimeProvider? _time;
    private readonly long _startedAt;
    private readonly TimeSpan? _limit;

    /// <summary>Describes a call that has just come in.</summary>
    /// <param name="timeLeft">How long its caller waits; null if unknown.</param>
    /// <param name="mustNotRetry">Whether one of its callers repeats it as a whole, so that nobody below should.</param>
    /// <param name="time">The clock; the machine's when null.</param>
    public IncomingCall(TimeSpan? timeLeft, bool mustNotRetry = false, TimeProvider? time = null)
    {
        _time = time ?? ServiceEnvironment.System.Time;
        _startedAt = _time.GetTimestamp();
        _limit = timeLeft;
        MustNotRetry = mustNotRetry;
    }

    private IncomingCall() { }

    /// <summary>No call: for work that goes on when the call that began it has ended.</summary>
    public static IncomingCall None { get; } = new();

    /// <summary>The call that the current flow serves, or null.</summary>
    public static IncomingCall? Current => Entered.Value;

    /// <summary>Whether one of its callers repeats it as a whole, so that nobody below should.</summary>
    public bool MustNotRetry { get; }

    /// <summary>How long its caller still waits, never negative; null if unknown.</summary>
    public TimeSpan? TimeLeft
    {
        get
        {
            if (_limit is not { } limit) return null;
            var left = limit - _time!.GetElapsedTime(_startedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Makes it the current one of this flow and all that it starts, until the result is disposed.</summary>
    public Scope Enter()
    {
        var before = Entered.Value;
        Entered.Value = this;
        return new Scope(before);
    }

    /// <summary>Ends the serving of a call.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly IncomingCall? _before;

        internal Scope(IncomingCall? before) => _before = before;

        /// <summary>Makes current what was before.</summary>
        public void Dispose() => Entered.Value = _before;
    }
}
