namespace HA.Core.Http;

/// <summary>A request as the handler got it, and what was decided about it once for all attempts.</summary>
/// <param name="Request">The caller's; never changed and never sent itself.</param>
/// <param name="IdempotencyKey">What every attempt bears; null if the caller's own headers say it, or nothing does.</param>
/// <param name="IsIdempotent">Whether it may be done twice.</param>
/// <param name="IsBuffered">Whether the answer's body is read as part of the attempt.</param>
/// <param name="TellsInstance">Whether each attempt carries the instance that it goes to.</param>
internal readonly record struct HttpCall(
    HttpRequestMessage Request, string? IdempotencyKey, bool IsIdempotent, bool IsBuffered, bool TellsInstance);
