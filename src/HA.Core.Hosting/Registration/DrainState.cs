namespace HA.Core.Hosting.Registration;

/// <summary>Whether this program takes new work, and how much it has.</summary>
internal sealed class DrainState
{
    private volatile bool _isReady;
    private volatile bool _isDraining;
    private int _inFlight;

    internal bool IsReady => _isReady && !_isDraining;

    internal bool IsDraining => _isDraining;

    internal int InFlight => Volatile.Read(ref _inFlight);

    internal void Ready() => _isReady = true;

    internal void Drain() => _isDraining = true;

    internal void Enter() => Interlocked.Increment(ref _inFlight);

    internal void Leave() => Interlocked.Decrement(ref _inFlight);
}
