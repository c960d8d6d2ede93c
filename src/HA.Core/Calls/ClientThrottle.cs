using HA.Core.Time;

namespace HA.Core.Calls;

/// <summary>
/// Refuses calls to a service that takes hardly any, with a probability that follows what it takes, and never stops asking
/// whether it is back.
/// </summary>
/// <remarks>
/// Adaptive throttling (Beyer and others, "Site Reliability Engineering", 2016, chapter 21), with what it lacks: after an
/// outage longer than its memory the original sends next to nothing for minutes. Here (1) a call is let through whenever
/// none was for <see cref="ThrottleOptions.ProbeInterval"/>, and (2) a success cuts the memory of calls to ten times that
/// of successes, so that a single one ends the refusal of nearly everything. Safe for concurrent use.
/// </remarks>
internal sealed class ClientThrottle
{
    /// <summary>Calls that are remembered for each success.</summary>
    internal const int MemoryLimit = 10;

    // The past fades in steps: so many in a window.
    private const int StepsInWindow = 32;

    private readonly Lock _gate = new();
    private readonly ThrottleOptions _options;
    private readonly RandomStream _random;
    private readonly long _step;
    private readonly long _probeInterval;
    private double _calls;
    private double _successes;
    private long _fadedAt;
    private long _sentAt;

    internal ClientThrottle(ThrottleOptions options, TimeProvider time, RandomStream random)
    {
        _options = options;
        _random = random;
        _step = Math.Max(1, time.ToTimestampTicks(options.Window) / StepsInWindow);
        _probeInterval = time.ToTimestampTicks(options.ProbeInterval);
        _fadedAt = _sentAt = time.GetTimestamp();
    }

    /// <summary>Whether a call may be sent. Tell <see cref="Succeeded"/> or <see cref="Forget"/> what became of it.</summary>
    internal bool TryAdmit(long now)
    {
        lock (_gate)
        {
            FadeLocked(now);
            var excess = _calls - (_options.Multiplier * _successes) - _options.Allowance;
            _calls++;
            if (excess > 0 && now - _sentAt < _probeInterval && _random.NextDouble() < excess / _calls) return false;
            _sentAt = now;
            return true;
        }
    }

    /// <summary>A call that was admitted got a good answer.</summary>
    internal void Succeeded(long now)
    {
        lock (_gate)
        {
            FadeLocked(now);
            _successes++;
            _calls = Math.Min(_calls, MemoryLimit * _successes + _options.Allowance);
        }
    }

    /// <summary>A call that was admitted taught nothing: its caller gave up.</summary>
    internal void Forget()
    {
        lock (_gate) _calls = Math.Max(0, _calls - 1);
    }

    private void FadeLocked(long now)
    {
        var steps = (now - _fadedAt) / _step;
        if (steps <= 0) return;
        _fadedAt += steps * _step;
        // A whole window and more of silence leaves nothing that would still matter.
        if (steps > StepsInWindow * 8) _calls = _successes = 0;
        for (; steps > 0 && _calls > 0; steps--)
        {
            _calls *= 1 - (1.0 / StepsInWindow);
            _successes *= 1 - (1.0 / StepsInWindow);
        }
    }
}
