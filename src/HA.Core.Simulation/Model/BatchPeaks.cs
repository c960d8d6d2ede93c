namespace HA.Core.Simulation.Model;

/// <summary>Of calls that arrive together: how many the instance gets that gets the most.</summary>
internal sealed class BatchPeaks
{
    private readonly Dictionary<VirtualInstance, int> _got = [];
    private long _batches;
    private long _peaks;

    /// <summary>Mean over the batches; null if there was none.</summary>
    internal double? Mean => _batches == 0 ? null : (double)_peaks / _batches;

    internal void Saw(VirtualInstance instance) => _got[instance] = _got.GetValueOrDefault(instance) + 1;

    internal void End()
    {
        _batches++;
        var peak = 0;
        foreach (var calls in _got.Values) peak = Math.Max(peak, calls);
        _peaks += peak;
        _got.Clear();
    }
}
