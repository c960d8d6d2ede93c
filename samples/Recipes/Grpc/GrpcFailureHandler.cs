using Grpc.Core;
using HA.Core.Http;

namespace HA.Core.Samples.Recipes.Grpc;

/// <summary>
/// Tells gRPC in its own terms how a call ended that no instance answered: UNAVAILABLE, or DEADLINE_EXCEEDED if the time of HA.Core's
/// own options was up, with every attempt in the message. Otherwise it would be INTERNAL or CANCELLED.
/// </summary>
/// <remarks>For before <c>AddHighAvailability()</c>, where a call is seen once.</remarks>
public sealed class GrpcFailureHandler : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (FailoverException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message, e));
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, e.Message, e));
        }
    }
}
