using System.Net;
using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Http;

/// <summary>Sends an attempt through an HTTP handler. The one place where network exceptions become values.</summary>
internal sealed class HttpTransport(HttpMessageInvoker invoker, TimeProvider time)
    : ITransport<HttpCall, HttpResponseMessage>, IResponseLeasing<HttpResponseMessage>, IDisposable
{
    private readonly DeadlinePool _deadlines = new(time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult<HttpResponseMessage>> SendAsync(Endpoint endpoint, HttpCall request, AttemptContext attempt)
    {
        // Not disposed: that would dispose the caller's content, which the next attempt may need.
        var copy = RequestCopy.For(endpoint.Instance, request.Request);
        // The handler underneath sends a request without a body a second time if an old connection ends under it, whatever
        // its method; with an empty body it does not.
        if (copy.Content is null && !request.IsIdempotent) copy.Content = new ByteArrayContent([]);
        CallHeaders.Write(copy, request.IdempotencyKey, attempt);
        var deadline = _deadlines.Rent(attempt.Timeout, attempt.StartedAt, attempt.CancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await invoker.SendAsync(copy, deadline.Token).ConfigureAwait(false);
            if (LoadHeader.TryRead(response, out var inFlight)) endpoint.ReportLoad(inFlight, time.GetTimestamp());
            if (request.IsBuffered)
            {
                // An attempt has to answer soon; once it does, its body may take what is left of the call.
                _deadlines.Set(deadline, attempt.TimeLeft, attempt.StartedAt);
                await response.Content.LoadIntoBufferAsync(int.MaxValue, deadline.Token).ConfigureAwait(false);
            }

            return AttemptResult<HttpResponseMessage>.Answered(response);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            response?.Dispose();
            return AttemptResult<HttpResponseMessage>.Failed(
                StatusOf(e, deadline, response is not null, attempt.CancellationToken), deadline.IsExpired ? null : e);
        }
        finally
        {
            _deadlines.Return(deadline);
        }
    }

    public bool TryHold(HttpResponseMessage response, EndpointLease lease)
    {
        // HEAD, 204 and 304 have no body whatever their headers say, and nobody reads what is not there.
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
            || response.RequestMessage?.Method == HttpMethod.Head || response.Content.Headers.ContentLength == 0)
        {
            return false;
        }

        response.Content = new LeasedContent(response.Content, lease, time);
        return true;
    }

    public void Dispose() => _deadlines.Dispose();

    private static AttemptStatus StatusOf(Exception error, PooledDeadline deadline, bool isAnswered, CancellationToken callerToken) =>
        error switch
        {
            _ when callerToken.IsCancellationRequested => AttemptStatus.Cancelled,
            // Reading a body that is cut off by the token may end in any of these errors.
            _ when deadline.IsExpired => AttemptStatus.TimedOut,
            // Neither ours nor the caller's: an inner handler's own timeout, which is as undecided.
            OperationCanceledException => AttemptStatus.TimedOut,
            HttpRequestException e when !isAnswered && NeverLeft(e) => AttemptStatus.NotSent,
            _ => AttemptStatus.Broken,
        };

    // These errors end the making of a connection; the request is written only on one that is made.
    private static bool NeverLeft(HttpRequestException e) => e.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
