using System.Net;
using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>Judges HTTP answers by their status.</summary>
/// <remarks>
/// 5xx is the endpoint's failure, but for 501 and 505, which another instance would answer too. 429, and 503 with
/// Retry-After, are overload. Everything else is a job done, 404 included.
/// </remarks>
public sealed class HttpOutcomeClassifier : IOutcomeClassifier<HttpResponseMessage>
{
    /// <inheritdoc/>
    public OutcomeKind Classify(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => OutcomeKind.Overload,
            HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null => OutcomeKind.Overload,
            HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported => OutcomeKind.Success,
            >= HttpStatusCode.InternalServerError => OutcomeKind.Failure,
            _ => OutcomeKind.Success,
        };
    }

    /// <inheritdoc/>
    public string Describe(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return $"{(int)response.StatusCode} {response.StatusCode}";
    }

    /// <inheritdoc/>
    /// <remarks>429 is about the caller and so about every instance; 503 is about the one that says it.</remarks>
    public RetryAfter? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(response);
        var isForAll = response.StatusCode == HttpStatusCode.TooManyRequests;
        if (!isForAll && response.StatusCode != HttpStatusCode.ServiceUnavailable) return null;
        var wish = response.Headers.RetryAfter;
        var wait = wish?.Delta ?? wish?.Date - now;
        return wait is { } time ? new RetryAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero, isForAll) : null;
    }
}
