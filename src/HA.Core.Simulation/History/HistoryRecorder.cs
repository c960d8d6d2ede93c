using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.History;

/// <summary>Writes the history of a run. It only looks on: a run with it and one without have the same trace.</summary>
internal sealed class HistoryRecorder(World world)
{
    private const int MostInstances = 400;
    private const int MostSpans = 2000;

    private readonly Dictionary<string, InstanceHistory> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<VirtualClient, int> _clients = [];
    // Calls under way: those that began an attempt where the seam does not number them, and those that began a second one.
    private readonly HashSet<long> _tried = [];
    private readonly HashSet<long> _retried = [];
    private RunHistory? _history;
    private long? _movedAt;

    /// <summary>What was written; null if no call ever arrived.</summary>
    internal RunHistory? History => _history;

    private long Now => world.Pump.Clock;

    /// <summary>Calls begin to arrive now.</summary>
    internal void Begin()
    {
        _history = new RunHistory(world.Scenario, new Columns(Now, world.Scenario.Duration));
        for (var i = 0; i < world.Clients.Count; i++) _clients.Add(world.Clients[i], i);
        TruthMoved();
        Settle();
        foreach (var client in world.Clients) CatalogChanged(client);
    }

    internal void AttemptStarted(VirtualInstance? instance, long call, int number)
    {
        Settle();
        var isFirst = number == 0 || (number < 0 && _tried.Add(call));
        if (!isFirst) _retried.Add(call);
        if (_history is not { } history || history.Columns.CoarseOf(Now) is not (>= 0 and var column)) return;
        (isFirst ? history.Calls.FirstAttempts : history.Calls.MoreAttempts)[column]++;
        Sent(instance, column);
    }

    /// <summary>An instance calls one behind it.</summary>
    internal void OnwardAttemptStarted(VirtualInstance? instance)
    {
        Settle();
        if (_history is { } history && history.Columns.CoarseOf(Now) is >= 0 and var column) Sent(instance, column);
    }

    internal void AttemptEnded(ServiceInstance instance, in CallOutcome outcome)
    {
        // What taught nothing took no time of the instance's: the loser of a hedge, a call that was given up.
        if (outcome.Kind == OutcomeKind.Ignored || _history is not { } history) return;
        if (history.Columns.CoarseOf(Now - outcome.Latency.Ticks) is not (>= 0 and var column)) return;
        if (_byId.TryGetValue(instance.Id, out var row)) row.Latencies.Record(column, outcome.Latency.Ticks);
    }

    internal void CallEnded(long call, in CallEnd end, long ticks)
    {
        Settle();
        var isRetried = _retried.Remove(call);
        _tried.Remove(call);
        if (_history is not { } history || history.Columns.CoarseOf(Now - ticks) is not (>= 0 and var column)) return;
        history.Calls.Ended(column, end.IsSuccess, RareStates.IsRefused(end.Error), isRetried, ticks);
        if (RareStates.IsRefused(end.Error)) return;
        var began = Now - ticks;
        (history.Faults.Exists(f => f.Covers(began)) ? history.InFaults : history.OutsideFaults).Record(ticks);
    }

    internal void FaultMoved(Fault fault, string target, bool began)
    {
        TruthMoved();
        if (_history is not { } history) return;
        if (!began) history.Faults.FindLast(f => ReferenceEquals(f.Fault, fault) && f.Target == target && f.To is null)?.To = Now;
        else if (history.Faults.Count < MostSpans) history.Faults.Add(new FaultSpan(fault, target, Now));
    }

    /// <summary>
    /// Something happens to an instance, or is about to happen at this very moment: it is looked at when the next thing
    /// happens, and told for now.
    /// </summary>
    internal void TruthMoved()
    {
        Settle();
        _movedAt = Now;
    }

    internal void HealthChanged(VirtualClient client, ServiceInstance instance, EndpointHealth to)
    {
        Settle();
        if (_history is not null && _byId.TryGetValue(instance.Id, out var row)) row.IsBelieved(Now, _clients[client], BeliefOf(to));
    }

    internal void CatalogChanged(VirtualClient client)
    {
        Settle();
        if (_history is not { } history) return;
        var number = _clients[client];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in client.Pool.Snapshot.All)
        {
            known.Add(endpoint.Instance.Id);
            if (_byId.TryGetValue(endpoint.Instance.Id, out var row)) row.IsBelieved(Now, number, BeliefOf(endpoint.Health));
        }

        foreach (var row in history.Instances)
        {
            if (!known.Contains(row.Id)) row.IsBelieved(Now, number, Belief.Gone);
        }
    }

    /// <summary>A client noticed a change of an instance, or never did.</summary>
    internal void Noticed(Notice notice)
    {
        if (_history is { } history && history.Notices.Count < MostSpans) history.Notices.Add(notice);
    }

    /// <summary>The run is over.</summary>
    internal void Close()
    {
        Settle();
        foreach (var row in _history?.Instances ?? [])
        {
            row.Truth.Advance(Now);
            row.Belief.Advance(Now);
        }
    }

    private static Belief BeliefOf(EndpointHealth health) => health switch
    {
        EndpointHealth.Probing => Belief.Probing,
        EndpointHealth.Draining => Belief.Draining,
        EndpointHealth.Unhealthy => Belief.Ejected,
        _ => Belief.Usable,
    };

    private void Sent(VirtualInstance? instance, int column)
    {
        if (instance is not null && _byId.TryGetValue(instance.Description.Id, out var row)) row.Attempts[column]++;
    }

    private void Settle()
    {
        if (_movedAt is not { } at || _history is not { } history) return;
        _movedAt = null;
        foreach (var process in world.Everybody)
        {
            if (history.Instances.Count == MostInstances) break;
            if (_byId.ContainsKey(process.Instance.Description.Id)) continue;
            var born = new InstanceHistory(process, history.Columns, world.Clients.Count);
            history.Instances.Add(born);
            _byId.Add(born.Id, born);
        }

        history.Unkept = world.Everybody.Count() - history.Instances.Count;
        foreach (var row in history.Instances) row.Is(at, TruthOf(row.Process));
    }

    private Truth TruthOf(InstanceProcess process)
    {
        var instance = process.Instance;
        if (instance.State == ProcessState.Hung) return Truth.Hung;
        if (!instance.IsListening) return process.HasLeft ? Truth.Absent : instance.LeftAt is null ? Truth.Down : Truth.Away;
        if (IsCutOff(instance)) return Truth.Unreachable;
        if (process.IsDraining) return Truth.Draining;
        if (instance.ErrorShare > 0) return instance.Slowness > 1 ? Truth.SlowAndFailing : Truth.Failing;
        if (instance.Slowness > 1) return Truth.Slow;
        return instance.ChecksLie ? Truth.Misreporting : Truth.Up;
    }

    private bool IsCutOff(VirtualInstance instance) => world.Clients.Exists(
        c => world.Network.Loses(c.Place, instance.Place) || world.Network.Loses(instance.Place, c.Place));
}
