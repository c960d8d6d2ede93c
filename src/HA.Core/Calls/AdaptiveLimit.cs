namespace HA.Core.Calls;

/// <summary>How many calls at once one endpoint bears, found by watching its latency.</summary>
/// <remarks>
/// After Netflix's concurrency-limits (Gradient2, 2018): the limit is scaled by the ratio of the best latency to the present
/// one, plus room for a short queue, and smoothed. Two differences: the floor is one call, not twenty, and the best latency
/// is the lowest window seen, forgotten over minutes, rather than a mean that learns to call slow normal. Failures of
/// overload cut the limit at once. Safe for concurrent use.
/// <para>A limit that is always used up shows no latency but that of its own queue. So when it binds, and then once a minute
/// while it does, it is halved window by window for as long as the latency falls with it (as Envoy's adaptive concurrency
/// measures its least round trip), and then put back.</para>
/// </remarks>
internal sealed class AdaptiveLimit
{
    // A window is over after so many calls.
    private const int WindowSamples = 20;
    private const double Smoothing = 0.2;
    private const double CutOnOverload = 0.9;
    // The best latency grows by this share each second: after ten minutes at half the speed, that is what normal means.
    private const double ForgettingPerSecond = 0.00116;
    // Half the calls and still more than this share of the latency: they were not waiting for each other.
    private const double StillFalling = 0.75;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ConcurrencyOptions _options;
    private double _limit;
    private double _best;
    private double _sum;
    private int _samples;
    private int _busiest;
    private TimeSpan _bestAt;
    private TimeSpan? _probedAt;
    private double _putBackTo;
    private double _latencyBefore;
    private int _stale;
    private int _current;

    internal AdaptiveLimit(ConcurrencyOptions options)
    {
        _options = options;
        _limit = Math.Clamp(options.InitialLimit, options.MinLimit, Math.Max(options.MinLimit, options.MaxLimit));
        _current = (int)_limit;
    }

    /// <summary>Calls that may be under way at once.</summary>
    internal int Current => Volatile.Read(ref _current);

    /// <summary>A call ended.</summary>
    /// <param name="kind">What it taught.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="inFlight">Calls that were under way beside it, itself included.</param>
    /// <param name="at">When, on the monotonic clock.</param>
    internal void Record(OutcomeKind kind, TimeSpan latency, int inFlight, TimeSpan at)
    {
        if (kind == OutcomeKind.Ignored) return;
        lock (_gate)
        {
            if (kind != OutcomeKind.Success)
            {
                _putBackTo *= CutOnOverload;
                SetLocked(_limit * CutOnOverload);
                return;
            }

            // Begun under the limit before: it waited in a longer queue.
            if (_stale > 0)
            {
                _stale--;
                return;
            }

            _sum += latency.Ticks;
            _busiest = Math.Max(_busiest, inFlight);
            if (++_samples < WindowSamples) return;
            CloseWindowLocked(_sum / _samples, at);
            _samples = _busiest = 0;
            _sum = 0;
        }
    }

    private void CloseWindowLocked(double latency, TimeSpan at)
    {
        var forgotten = 1 + (ForgettingPerSecond * Math.Max(0, (at - _bestAt).TotalSeconds));
        _best = _best == 0 ? latency : Math.Min(_best * forgotten, latency);
        _bestAt = at;
        if (_putBackTo > 0)
        {
            ProbeFurtherLocked(latency);
            return;
        }

        if (_busiest >= _current && !(at - _probedAt < ProbeInterval))
        {
            (_putBackTo, _probedAt) = (_limit, at);
            HalveLocked(latency);
            return;
        }

        var gradient = Math.Clamp(_options.Tolerance * _best / latency, 0.5, 1);
        // Who does not use half of the limit learns nothing about it.
        if (gradient == 1 && _busiest < _limit / 2) return;
        var room = Math.Sqrt(_limit);
        SetLocked((_limit * (1 - Smoothing)) + (((_limit * gradient) + room) * Smoothing));
    }

    private void ProbeFurtherLocked(double latency)
    {
        if (latency < _latencyBefore * StillFalling && _limit > _options.MinLimit)
        {
            HalveLocked(latency);
            return;
        }

        SetLocked(_putBackTo);
        _putBackTo = 0;
    }

    private void HalveLocked(double latency)
    {
        (_latencyBefore, _stale) = (latency, _current);
        SetLocked(_limit / 2);
    }

    private void SetLocked(double limit)
    {
        _limit = Math.Clamp(limit, _options.MinLimit, Math.Max(_options.MinLimit, _options.MaxLimit));
        Volatile.Write(ref _current, (int)_limit);
    }
}
