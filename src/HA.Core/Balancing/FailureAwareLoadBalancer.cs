using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Draws two different endpoints at random, by weight, and takes the one whose next call costs less: latency times calls
/// in flight, more for what fails.
/// </summary>
/// <remarks>
/// <para>
/// cost = latency * (in flight + 1) / success share^2 * doubt * e^(-time since the last failure / 2 s), where latency is a
/// moving average of successes alone that rises at once and falls slowly (peak EWMA, 10 s), the success share is counted by
/// outcome and never below 0.3, and failures never make it better. So an endpoint that fails fast does not look fast. Doubt
/// grows with failures in a row: mild for up to seven (1.4 for each after the first), so that one with a few errors can clear
/// itself and health sees enough of one that is dead; 1450 from the eighth on.
/// </para>
/// <para>
/// Nobody is avoided for ever: doubt is over after at most 15 s, and a latency that is not confirmed fades. Whoever is new, or
/// called again after it was out, gets one call at a time at first, then two, four and eight as they succeed; it counts as as
/// good and as busy as whoever it is compared with, and then as no faster than the others usually are, which fades with time.
/// So it gets its share, and is not flooded before it has shown what it can do.
/// </para>
/// </remarks>
public sealed class FailureAwareLoadBalancer : ILoadBalancer
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public FailureAwareLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => CallCost.CreatePicker(_random, snapshot, countsFailures: true);
}
