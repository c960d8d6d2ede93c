namespace HA.Core.Simulation.Model;

/// <summary>Counts keys that go to another instance though the one before is still there.</summary>
internal sealed class KeyMoves(int keys)
{
    private readonly VirtualInstance?[] _last = new VirtualInstance?[keys];
    private long _moves;

    /// <summary>Such moves for each key; null if calls have none.</summary>
    internal double? PerKey => keys == 0 ? null : (double)_moves / keys;

    /// <summary>Which key a call is about; the calls take them in turn.</summary>
    internal static ulong HashOf(long call, int keys) => keys == 0 ? 0 : StableHash.Mix((ulong)IndexOf(call, keys) + 1);

    internal void Saw(long call, VirtualInstance instance)
    {
        if (keys == 0) return;
        ref var last = ref _last[IndexOf(call, keys)];
        if (last is { HasLeft: false } && last != instance) _moves++;
        last = instance;
    }

    private static int IndexOf(long call, int keys) => (int)((call - 1) % keys);
}
