using System.Net;
using Grpc.Core;

namespace HA.Core.Samples.Recipes.Grpc;

/// <summary>
/// Lets HA.Core see what an instance says in gRPC's terms: an answer that is only a status, as every unary call that fails gets it,
/// comes with HTTP's 200, which would count as a success.
/// </summary>
/// <remarks>
/// For behind <c>AddHighAvailability()</c>, where each attempt is seen. The client goes by the status of gRPC as before: it counts more
/// than HTTP's. A status that comes after messages, at the end of a stream, is not seen.
/// </remarks>
public sealed class GrpcStatusHandler : DelegatingHandler
{
    private const string Status = "grpc-status";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK && response.Headers.NonValidated.TryGetValues(Status, out var values)
            && int.TryParse(values.ToString(), out var status))
        {
            response.StatusCode = MeaningOf((StatusCode)status);
        }

        return response;
    }

    // What the instance itself does wrong, or, as the last one, has too much of. All else is about the call: another instance would
    // say the same.
    private static HttpStatusCode MeaningOf(StatusCode status) => status switch
    {
        StatusCode.Unavailable => HttpStatusCode.ServiceUnavailable,
        StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss => HttpStatusCode.InternalServerError,
        StatusCode.ResourceExhausted => HttpStatusCode.TooManyRequests,
        _ => HttpStatusCode.OK,
    };
}
