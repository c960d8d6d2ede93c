using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Model;

/// <summary>Measures how long clients take to notice that an instance is bad, and that it is good again.</summary>
/// <remarks>
/// Looked at whenever a client changes its opinion. What is known before the fault ends counts; a fault that ends
/// unnoticed counts as never noticed.
/// </remarks>
internal sealed class Detection(World world, HistoryRecorder? history)
{
    private readonly List<Wait> _waits = [];
    private double _sumMs;
    private int _detections;
    private bool _missedFault;
    private bool _missedRecovery;

    /// <summary>Longest time to notice a fault in milliseconds; null if there was none, or one was missed.</summary>
    internal double? WorstDetectionMs { get; private set; }

    /// <summary>Mean over faults and clients; null if there was none, or one was missed.</summary>
    internal double? MeanDetectionMs { get; private set; }

    /// <summary>Longest time to notice a recovery in milliseconds; null if there was none, or one was missed.</summary>
    internal double? WorstRecoveryMs { get; private set; }

    /// <summary>The instance became bad.</summary>
    internal void Broke(VirtualInstance instance) => Expect(instance, isUsable: false);

    /// <summary>The instance became good.</summary>
    internal void Mended(VirtualInstance instance) => Expect(instance, isUsable: true);

    /// <summary>Some client changed its opinion.</summary>
    internal void Look()
    {
        for (var i = _waits.Count - 1; i >= 0; i--)
        {
            var wait = _waits[i];
            if (Uses(wait.Client, wait.Instance) != wait.IsUsable) continue;
            _waits.RemoveAt(i);
            var took = new TimeSpan(world.Pump.Clock - wait.Since);
            var milliseconds = took.TotalMilliseconds;
            history?.Noticed(new Notice(wait.Instance.Description.Id, wait.IsUsable, wait.Since, took));
            if (wait.IsUsable) WorstRecoveryMs = Math.Max(WorstRecoveryMs ?? 0, milliseconds);
            else Detected(milliseconds);
        }
    }

    /// <summary>The run is over: what was not noticed by now never was.</summary>
    internal void Close()
    {
        foreach (var wait in _waits) Miss(wait);
        _waits.Clear();
        if (_missedFault) WorstDetectionMs = null;
        MeanDetectionMs = _missedFault || _detections == 0 ? null : _sumMs / _detections;
        if (_missedRecovery) WorstRecoveryMs = null;
    }

    private void Detected(double milliseconds)
    {
        WorstDetectionMs = Math.Max(WorstDetectionMs ?? 0, milliseconds);
        _sumMs += milliseconds;
        _detections++;
    }

    private static bool Uses(VirtualClient client, VirtualInstance instance)
    {
        foreach (var endpoint in client.Pool.Snapshot.All)
        {
            if (endpoint.Instance.Id == instance.Description.Id) return endpoint.Health <= EndpointHealth.Unknown;
        }

        return false;
    }

    private void Expect(VirtualInstance instance, bool isUsable)
    {
        // Clients know nothing of those behind the service that they call.
        if (instance.Tier.Depth > 0) return;
        foreach (var client in world.Clients)
        {
            var earlier = _waits.FindIndex(w => w.Client == client && w.Instance == instance);
            if (earlier >= 0)
            {
                Miss(_waits[earlier]);
                _waits.RemoveAt(earlier);
            }

            _waits.Add(new Wait(client, instance, isUsable, world.Pump.Clock));
        }

        Look();
    }

    private void Miss(Wait wait)
    {
        history?.Noticed(new Notice(wait.Instance.Description.Id, wait.IsUsable, wait.Since, null));
        if (wait.IsUsable) _missedRecovery = true;
        else _missedFault = true;
    }

    private sealed record Wait(VirtualClient Client, VirtualInstance Instance, bool IsUsable, long Since);
}
