using HA.Core.Endpoints;

namespace HA.Core.Calls;

/// <summary>Sends one attempt of a call to one endpoint.</summary>
/// <remarks>
/// Laws: (1) whatever the network does comes back as a value; only a programming error is thrown. (2) It completes once
/// <see cref="AttemptContext.Timeout"/> has passed, with <see cref="AttemptStatus.TimedOut"/>, and soon after its token
/// is cancelled, with <see cref="AttemptStatus.Cancelled"/>. (3) <see cref="AttemptStatus.NotSent"/> is a promise: not a
/// byte of the request reached the endpoint. Safe for concurrent use.
/// </remarks>
/// <typeparam name="TRequest">What is sent. The same value is handed over again on a retry.</typeparam>
/// <typeparam name="TResponse">What an endpoint answers.</typeparam>
public interface ITransport<in TRequest, TResponse>
{
    /// <summary>Sends the request.</summary>
    ValueTask<AttemptResult<TResponse>> SendAsync(Endpoint endpoint, TRequest request, AttemptContext attempt);
}

/// <summary>
/// A transport whose responses outlive the call, such as HTTP's with their body: it keeps the endpoint counted as busy
/// until the response is read or disposed.
/// </summary>
public interface IResponseLeasing<in TResponse>
{
    /// <summary>Takes over the duty to release <paramref name="lease"/>, or answers false if there is nothing to wait for.</summary>
    bool TryHold(TResponse response, EndpointLease lease);
}

/// <summary>One attempt, as the transport sees it.</summary>
/// <param name="Number">0 for the first.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="CancellationToken">The caller's.</param>
public readonly record struct AttemptContext(int Number, TimeSpan Timeout, CancellationToken CancellationToken)
{
    /// <summary>What kind of attempt it is.</summary>
    public AttemptKind Kind { get; init; }

    /// <summary>What is left of the whole call's time; never less than <see cref="Timeout"/>.</summary>
    public TimeSpan TimeLeft { get; init; } = Timeout;

    /// <summary>When it began, as a timestamp of the environment's clock.</summary>
    public long StartedAt { get; init; }

    /// <summary>Whether the endpoint is to be told <see cref="Timeout"/>.</summary>
    public bool TellsTimeout { get; init; }

    /// <summary>Whether the endpoint is to be told not to repeat what it calls.</summary>
    public bool StopsRetryChain { get; init; }
}
