using System.Net;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Http;

/// <summary>Sends an attempt through an HTTP handler. The one place where network exceptions become values.</summary>
internal sealed class HttpTransport(HttpMessageInvoker invoker, TimeProvider time)
    : ITransport<HttpRequestMessage, HttpResponseMessage>, IResponseLeasing<HttpResponseMessage>
{
    public async ValueTask<AttemptResult<HttpResponseMessage>> SendAsync(
        Endpoint endpoint, HttpRequestMessage request, AttemptContext attempt)
    {
        // Not disposed: that would dispose the caller's content, which the next attempt may need.
        var copy = RequestCopy.For(endpoint.Instance, request);
        using var deadline = new Deadline(time, attempt.Timeout, attempt.CancellationToken);
        try
        {
            var response = await invoker.SendAsync(copy, deadline.Token).ConfigureAwait(false);
            if (LoadHeader.TryRead(response, out var inFlight)) endpoint.ReportLoad(inFlight, time.GetTimestamp());
            return AttemptResult<HttpResponseMessage>.Answered(response);
        }
        catch (OperationCanceledException e)
        {
            // Without our token cancelled it is an inner handler's own timeout: as undecided as ours.
            var status = attempt.CancellationToken.IsCancellationRequested ? AttemptStatus.Cancelled : AttemptStatus.TimedOut;
            return AttemptResult<HttpResponseMessage>.Failed(status, deadline.IsExpired ? null : e);
        }
        catch (HttpRequestException e)
        {
            return AttemptResult<HttpResponseMessage>.Failed(NeverLeft(e) ? AttemptStatus.NotSent : AttemptStatus.Broken, e);
        }
        catch (IOException e)
        {
            return AttemptResult<HttpResponseMessage>.Failed(AttemptStatus.Broken, e);
        }
    }

    public bool TryHold(HttpResponseMessage response, EndpointLease lease)
    {
        // HEAD, 204 and 304 have no body whatever their headers say, and nobody reads what is not there.
        if (response.Content.Headers.ContentLength == 0 || response.RequestMessage?.Method == HttpMethod.Head
            || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return false;
        }

        response.Content = new LeasedContent(response.Content, lease);
        return true;
    }

    // These errors end the making of a connection; the request is written only on one that is made.
    private static bool NeverLeft(HttpRequestException e) => e.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
