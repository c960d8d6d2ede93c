namespace HA.Core.Endpoints;

/// <summary>What calls have taught about an endpoint, as it was at one moment.</summary>
/// <param name="Latency">
/// Moving average of the latencies of successes that rises at once and falls slowly (peak EWMA, 10 s); null before the first.
/// </param>
/// <param name="SuccessShare">Moving average of successes over about the last fifty outcomes: 1 for none failed.</param>
/// <param name="FailuresInARow">Failures, or rejections for overload, since the last success.</param>
/// <param name="OthersInFlight">Calls of other clients that it last said it had; null if it never did.</param>
public readonly record struct EndpointStats(TimeSpan? Latency, double SuccessShare, int FailuresInARow, int? OthersInFlight);
