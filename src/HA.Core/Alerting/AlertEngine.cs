using HA.Core.Client;
using HA.Core.Time;

namespace HA.Core.Alerting;

/// <summary>
/// Looks at the live state of a program from time to time, and tells what has gone wrong for long enough, and when it is well again.
/// </summary>
/// <remarks>
/// Each rule is told once for each service until it has ended; a condition that comes and goes does not fire again within
/// <see cref="AlertOptions.MinInterval"/>. Reading is safe for concurrent use; sinks are told by one flow.
/// </remarks>
public sealed class AlertEngine : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly AlertOptions _options;
    private readonly Func<IEnumerable<ServicePool>> _pools;
    private readonly IAlertSink[] _sinks;
    private readonly AlertConditions _conditions;
    private readonly SortedDictionary<(string Service, AlertRule Rule), Watched> _watched =
        new(Comparer<(string, AlertRule)>.Create(Compare));
    private readonly SpawnedLoop _loop;
    // An array and not an immutable one: the reference must be swapped in one piece.
    private volatile Alert[] _firing = [];

    /// <summary>Starts to look.</summary>
    /// <param name="pools">The pools as they are whenever it looks.</param>
    /// <param name="signals">Among the listeners of the environment that the pools live in.</param>
    /// <param name="sinks">Who is told.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public AlertEngine(
        Func<IEnumerable<ServicePool>> pools, AlertSignals signals, IEnumerable<IAlertSink> sinks,
        ServiceEnvironment? environment = null, AlertOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(signals);
        ArgumentNullException.ThrowIfNull(sinks);
        environment ??= ServiceEnvironment.System;
        _time = environment.Time;
        _options = options ?? new AlertOptions();
        _pools = pools;
        _sinks = [.. sinks];
        _conditions = new AlertConditions(_time, signals, _options);
        _loop = environment.Spawn("alerts", RunAsync);
    }

    /// <summary>Those that fire now, in ordinal order of their services.</summary>
    public IReadOnlyList<Alert> Firing => _firing;

    /// <summary>Stops to look. Nothing is told of those that still fire.</summary>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private static int Compare((string Service, AlertRule Rule) a, (string Service, AlertRule Rule) b)
    {
        var byService = string.CompareOrdinal(a.Service, b.Service);
        return byService != 0 ? byService : a.Rule.CompareTo(b.Rule);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var wait = Look(_time.GetTimestamp());
            await _time.DelayAsync(wait, stop).ConfigureAwait(false);
        }
    }

    // Answers how long to wait: until it is time to look again, or one of those that are seen has held for long enough.
    private TimeSpan Look(long now)
    {
        var wait = _options.Interval;
        foreach (var condition in _conditions.Look(_pools()))
        {
            if (_options.ForTimeOf(condition.Rule) is not { } forTime) continue;
            var watched = WatchedOf(condition, now);
            if (watched.Fired is not null) continue;
            var left = Left(watched, forTime, now);
            if (left <= TimeSpan.Zero) Fire(condition, watched, now);
            else if (left < wait) wait = left;
        }

        foreach (var (_, watched) in _watched)
        {
            if (watched.SeenAt == now) continue;
            if (watched.Fired is not null) Recover(watched);
            watched.Since = null;
        }

        return wait;
    }

    private Watched WatchedOf(in AlertCondition condition, long now)
    {
        var key = (condition.Service, condition.Rule);
        if (!_watched.TryGetValue(key, out var watched)) _watched[key] = watched = new Watched();
        watched.Since ??= now - _time.ToTimestampTicks(condition.Before);
        watched.SeenAt = now;
        return watched;
    }

    private TimeSpan Left(Watched watched, TimeSpan forTime, long now)
    {
        var left = forTime - _time.GetElapsedTime(watched.Since!.Value, now);
        if (watched.FiredAt is not { } before) return left;
        var rest = _options.MinInterval - _time.GetElapsedTime(before, now);
        return rest > left ? rest : left;
    }

    private void Fire(in AlertCondition condition, Watched watched, long now)
    {
        var at = _time.GetUtcNow();
        watched.FiredAt = now;
        watched.Fired = new Alert(
            condition.Rule, condition.Service, AlertState.Firing, AlertOptions.SeverityOf(condition.Rule),
            at - _time.GetElapsedTime(watched.Since!.Value, now), at, condition.Summary);
        Tell(watched.Fired);
    }

    private void Recover(Watched watched)
    {
        var ended = watched.Fired! with { State = AlertState.Recovered, At = _time.GetUtcNow() };
        watched.Fired = null;
        Tell(ended);
    }

    private void Tell(Alert alert)
    {
        _firing = [.. _watched.Values.Select(static w => w.Fired).OfType<Alert>()];
        foreach (var sink in _sinks)
        {
            try
            {
                sink.Take(alert);
            }
            catch (Exception)
            {
                // One that breaks its law must not keep the others, and the next messages, from being told.
            }
        }
    }

    private sealed class Watched
    {
        /// <summary>Since when the condition holds; null while it does not.</summary>
        internal long? Since { get; set; }

        /// <summary>When it was last seen to hold.</summary>
        internal long SeenAt { get; set; }

        /// <summary>When it last fired; null if it never did.</summary>
        internal long? FiredAt { get; set; }

        /// <summary>What was told, while that is true.</summary>
        internal Alert? Fired { get; set; }
    }
}
