namespace HA.Core.Health;

/// <summary>
/// Bounds how many checks are under way. Endpoints that are unhealthy already wait in a lane of their own, so that however
/// many of them hang, they delay each other and nobody else.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class CheckLanes(ServiceEnvironment environment, int places)
{
    private readonly Lane _unhealthy = new(environment, Math.Max(1, places / 4));
    private readonly Lane _others = new(environment, places - Math.Max(1, places / 4));

    /// <summary>Waits for a place. Whoever got one leaves it.</summary>
    internal ValueTask EnterAsync(bool isUnhealthy, CancellationToken cancellationToken) =>
        (isUnhealthy ? _unhealthy : _others).EnterAsync(cancellationToken);

    /// <summary>Makes room.</summary>
    internal void Leave(bool isUnhealthy) => (isUnhealthy ? _unhealthy : _others).Leave();

    private sealed class Lane(ServiceEnvironment environment, int places)
    {
        private readonly AsyncSignal _left = new(environment);
        private int _free = places;

        internal async ValueTask EnterAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var seen = _left.Version;
                if (Interlocked.Decrement(ref _free) >= 0) return;
                // Gives back what it could not have; a place that was left meanwhile has moved the version.
                if (Interlocked.Increment(ref _free) > 0) continue;
                await _left.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
            }
        }

        internal void Leave()
        {
            Interlocked.Increment(ref _free);
            _left.Set();
        }
    }
}
