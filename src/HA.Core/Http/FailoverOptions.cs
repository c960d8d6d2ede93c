namespace HA.Core.Http;

/// <summary>What is special about calls over HTTP. A new instance holds the recommended values.</summary>
public sealed record FailoverOptions
{
    /// <summary>
    /// Whether a request whose method is not idempotent is given a fresh <c>Idempotency-Key</c>, the same on every attempt, and
    /// may then be sent again like an idempotent one. Only for servers that keep such keys: others would do it twice.
    /// </summary>
    /// <value>The default is false. <see cref="FailoverRequestOptions.GenerateIdempotencyKey"/> says it for one request.</value>
    public bool GenerateIdempotencyKeys { get; init; }

    /// <summary>
    /// Whether an answer's body is read as part of its attempt: one that breaks off is then asked for again, elsewhere, like
    /// any other failure. Not for endless or very large answers, which it keeps in memory.
    /// </summary>
    /// <value>The default is false. <see cref="FailoverRequestOptions.BufferResponse"/> says it for one request.</value>
    public bool BufferResponses { get; init; }

    /// <summary>
    /// Whether each attempt carries the instance that it goes to, as <see cref="FailoverRequestOptions.Instance"/>: for handlers
    /// underneath that need to know whom they talk to. Costs an attempt some 200 bytes.
    /// </summary>
    /// <value>The default is false.</value>
    public bool TellsInstance { get; init; }
}
