namespace HA.Core.Simulation.Kernel;

/// <summary>The loops that were spawned and still run, in the order of their start.</summary>
internal sealed class LoopRoster
{
    private readonly List<SpawnedLoop> _loops = [];
    private int _sweepAt = 64;

    internal void Add(SpawnedLoop loop)
    {
        _loops.Add(loop);
        if (_loops.Count < _sweepAt) return;

        // Sweeping at every doubling costs each loop a constant, and needs no word from the loop when it ends.
        _loops.RemoveAll(static l => l.HasEnded);
        _sweepAt = Math.Max(64, _loops.Count * 2);
    }

    internal IReadOnlyList<SpawnedLoop> Running() => [.. _loops.Where(static l => !l.HasEnded)];
}
