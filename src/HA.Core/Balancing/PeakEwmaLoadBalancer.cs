using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Draws two different endpoints at random, by weight, and takes the one with the smaller product of latency and calls in
/// flight.
/// </summary>
/// <remarks>
/// Peak EWMA as Finagle has it: the moving average rises at once and falls slowly (10 s). It knows nothing of failures
/// beyond that they teach no latency; prefer <see cref="FailureAwareLoadBalancer"/>, which is the same and does.
/// </remarks>
public sealed class PeakEwmaLoadBalancer : ILoadBalancer
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public PeakEwmaLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => CallCost.CreatePicker(_random, snapshot, countsFailures: false);
}
