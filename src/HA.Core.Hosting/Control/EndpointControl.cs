using System.Collections.Immutable;
using HA.Core.Client;
using HA.Core.Hosting.Telemetry;
using HA.Core.Time;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Control;

/// <inheritdoc cref="IEndpointControl"/>
internal sealed class EndpointControl : IEndpointControl, IDisposable
{
    private const int MaxActive = 1000;
    private const int MaxTrail = 1000;

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<Place, Entry> _active = new(Place.InOrder);
    private readonly Queue<EndpointAudit> _trail = new();
    private readonly TimeProvider _time;
    private readonly ServiceDirectory _directory;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private bool _disposed;

    public EndpointControl(ServiceEnvironment environment, ServiceDirectory directory, ILoggerFactory loggers)
    {
        _time = environment.Time;
        _directory = directory;
        _log = loggers.CreateLogger(HostingLog.ControlCategory);
        _timer = _time.CreateTimer(
            static c => ((EndpointControl)c!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public IReadOnlyList<EndpointIntervention> Active
    {
        get
        {
            // A timer may be late; nothing is in force beyond its time.
            var now = _time.GetTimestamp();
            lock (_gate) return [.. _active.Values.Where(e => e.EndsAt > now).Select(static e => e.Intervention)];
        }
    }

    public IReadOnlyList<EndpointAudit> Trail
    {
        get
        {
            lock (_gate) return [.. _trail];
        }
    }

    public EndpointIntervention Isolate(string service, string instance, InterventionTerms terms) =>
        Begin(service, instance, InterventionKind.Isolated, null, terms);

    public EndpointIntervention Drain(string service, string instance, InterventionTerms terms) =>
        Begin(service, instance, InterventionKind.Drained, null, terms);

    public EndpointIntervention SetWeight(string service, string instance, int weight, InterventionTerms terms)
    {
        // Refused with the rule of weights before anything is done.
        _ = new EndpointOverride { Weight = weight };
        return Begin(service, instance, InterventionKind.Weighted, weight, terms);
    }

    public bool Restore(string service, string instance, string actor, string reason)
    {
        RequireNames(service, instance);
        (actor, reason) = InterventionTerms.Texts(actor, reason);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var ended = _active.Where(p => p.Key.Service == service && p.Key.Instance == instance).ToArray();
            foreach (var (place, entry) in ended)
            {
                _active.Remove(place);
                NoteLocked(AuditKind.Restored, entry.Intervention, actor, reason);
            }

            if (ended.Length == 0) return false;
            ApplyLocked(service);
            ArmLocked();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
    }

    private EndpointIntervention Begin(string service, string instance, InterventionKind kind, int? weight, InterventionTerms terms)
    {
        RequireNames(service, instance);
        ArgumentNullException.ThrowIfNull(terms);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var now = _time.GetUtcNow();
            var place = new Place(service, instance, kind == InterventionKind.Weighted);
            if (_active.Remove(place, out var former)) NoteLocked(AuditKind.Replaced, former.Intervention, terms.Actor, terms.Reason);
            else if (_active.Count >= MaxActive)
                throw new InvalidOperationException($"{MaxActive} are in force already; restore some first.");
            var begun = new EndpointIntervention(
                service, instance, kind, weight, terms.Actor, terms.Reason, now, now + terms.Duration);
            _active.Add(place, new Entry(begun, _time.GetTimestamp() + _time.ToTimestampTicks(terms.Duration)));
            NoteLocked(AuditKind.Begun, begun, terms.Actor, terms.Reason);
            ApplyLocked(service);
            ArmLocked();
            return begun;
        }
    }

    private void Expire()
    {
        lock (_gate)
        {
            if (_disposed) return;
            var now = _time.GetTimestamp();
            var over = _active.Where(p => p.Value.EndsAt <= now).ToArray();
            foreach (var (place, entry) in over)
            {
                _active.Remove(place);
                NoteLocked(AuditKind.Expired, entry.Intervention, null, null);
            }

            foreach (var service in over.Select(static p => p.Key.Service).Distinct(StringComparer.Ordinal)) ApplyLocked(service);
            ArmLocked();
        }
    }

    private void ApplyLocked(string service)
    {
        var said = ImmutableSortedDictionary.CreateBuilder<string, EndpointOverride>(StringComparer.Ordinal);
        foreach (var (place, entry) in _active.Where(p => p.Key.Service == service))
        {
            var one = said.GetValueOrDefault(place.Instance) ?? new EndpointOverride();
            var told = entry.Intervention;
            said[place.Instance] = told.Kind switch
            {
                InterventionKind.Weighted => one with { Weight = told.Weight },
                InterventionKind.Drained => one with { Status = ServiceStatus.Draining, Reason = $"drained by {told.Actor}" },
                _ => one with { Status = ServiceStatus.Down, Reason = $"isolated by {told.Actor}" },
            };
        }

        _directory.Override(service, said.ToImmutable());
    }

    private void ArmLocked()
    {
        if (_active.Count == 0)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var left = _time.GetElapsedTime(_time.GetTimestamp(), _active.Values.Min(static e => e.EndsAt));
        // The machine's timers count whole milliseconds and may fire early; then it is armed again.
        _timer.Change(left < OneMillisecond ? OneMillisecond : left, Timeout.InfiniteTimeSpan);
    }

    private void NoteLocked(AuditKind kind, EndpointIntervention intervention, string? actor, string? reason)
    {
        if (_trail.Count == MaxTrail) _trail.Dequeue();
        _trail.Enqueue(new EndpointAudit(_time.GetUtcNow(), kind, intervention, actor, reason));
        var what = intervention.Weight is { } weight ? $"{intervention.Kind} {weight}" : $"{intervention.Kind}";
        if (kind == AuditKind.Begun)
            _log.InterventionBegun(intervention.Service, intervention.Instance, what, intervention.Until, actor!, reason!);
        else _log.InterventionEnded(intervention.Service, intervention.Instance, what, kind, actor ?? "its time", reason ?? "It is over.");
    }

    private static void RequireNames(string service, string instance)
    {
        ServiceInstance.RequireValidService(service);
        if (!ServiceInstance.IsValidId(instance)) throw new ArgumentException("That is no possible id of an instance.", nameof(instance));
    }

    private sealed record Entry(EndpointIntervention Intervention, long EndsAt);

    private readonly record struct Place(string Service, string Instance, bool IsWeight)
    {
        internal static Comparer<Place> InOrder { get; } = Comparer<Place>.Create(static (one, other) =>
        {
            var service = string.CompareOrdinal(one.Service, other.Service);
            if (service != 0) return service;
            var instance = string.CompareOrdinal(one.Instance, other.Instance);
            return instance != 0 ? instance : one.IsWeight.CompareTo(other.IsWeight);
        });
    }
}
