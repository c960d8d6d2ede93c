using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Http;

/// <summary>Sends an attempt through an HTTP handler. The one place where network exceptions become values.</summary>
internal sealed class HttpTransport(HttpMessageInvoker invoker, TimeProvider time)
    : ITransport<HttpCall, HttpAnswer>, IResponseLeasing<HttpAnswer>, IDisposable
{
    private readonly DeadlinePool _deadlines = new(time);
    private readonly AddressCache _addresses = new();

    public ValueTask<AttemptResult<HttpAnswer>> SendAsync(Endpoint endpoint, HttpCall request, AttemptContext attempt) =>
        MessageParts.HasOptions(request.Request) && request.Request.Options.TryGetValue(FailoverRequestOptions.Follower, out var follower)
            ? SendFollowedAsync(endpoint, request, attempt, follower)
            : SendAloneAsync(endpoint, request, attempt);

    // The part that does not wait, apart: an answer that is there at once pays for no state machine.
    private ValueTask<AttemptResult<HttpAnswer>> SendAloneAsync(Endpoint endpoint, HttpCall request, AttemptContext attempt)
    {
        // Whoever registered it may claim any scheme; the handlers underneath would take that for the caller's mistake.
        if (endpoint.Instance.Scheme is not ("http" or "https") && request.Request.RequestUri!.Scheme != "https")
            return new(AttemptResult<HttpAnswer>.Failed(AttemptStatus.NotSent, NoHttp(endpoint.Instance)));
        // Not disposed: that would dispose the caller's content, which the next attempt may need.
        var copy = RequestCopy.For(endpoint.Instance, request.Request, _addresses);
        // The handler underneath sends a request without a body a second time if an old connection ends under it, whatever
        // its method; with an empty body it does not.
        if (copy.Content is null && !request.IsIdempotent) copy.Content = new ByteArrayContent([]);
        if (request.TellsInstance) copy.Options.Set(FailoverRequestOptions.Instance, endpoint.Instance);
        CallHeaders.Write(copy, request.IdempotencyKey, attempt);
        var deadline = _deadlines.Rent(attempt.Timeout, attempt.StartedAt, attempt.CancellationToken);
        Task<HttpResponseMessage> sending;
        try
        {
            sending = invoker.SendAsync(copy, deadline.Token);
        }
        catch (Exception e)
        {
            sending = Task.FromException<HttpResponseMessage>(e);
        }

        if (request.IsBuffered) return FinishBufferedAsync(endpoint, attempt, deadline, sending);
        if (!sending.IsCompletedSuccessfully) return FinishAsync(endpoint, deadline, sending, attempt.CancellationToken);
        _deadlines.Return(deadline);
        // It has ended, so nobody waits here.
        return new(Answered(endpoint, new ValueTask<HttpResponseMessage>(sending).Result));
    }

    public bool TryHold(HttpAnswer response, EndpointLease lease)
    {
        var message = response.Message!;
        // HEAD, 204 and 304 have no body whatever their headers say, and nobody reads what is not there.
        if (message.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
            || message.RequestMessage?.Method == HttpMethod.Head || message.Content.Headers.ContentLength == 0)
        {
            return false;
        }

        message.Content = new LeasedContent(message.Content, lease, time);
        return true;
    }

    public void Dispose() => _deadlines.Dispose();

    // What the follower makes ambient ends with this method, as with every one that is asynchronous.
    private async ValueTask<AttemptResult<HttpAnswer>> SendFollowedAsync(
        Endpoint endpoint, HttpCall request, AttemptContext attempt, IAttemptFollower follower)
    {
        var followed = follower.AttemptStarted(endpoint.Instance, attempt.Number, attempt.Kind);
        AttemptResult<HttpAnswer> result;
        try
        {
            result = await SendAloneAsync(endpoint, request, attempt).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            follower.AttemptEnded(followed, AttemptStatus.Broken, null, e);
            throw;
        }

        follower.AttemptEnded(followed, result.Status, result.Response.Message, result.Error);
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult<HttpAnswer>> FinishAsync(
        Endpoint endpoint, PooledDeadline deadline, Task<HttpResponseMessage> sending, CancellationToken callerToken)
    {
        try
        {
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return FailureOf(sending, deadline, callerToken) ?? Answered(endpoint, await sending.ConfigureAwait(false));
        }
        catch (OperationCanceledException e)
        {
            // A timeout of the handler's own: why, a cancelled task tells only when it throws.
            return Failed(e, deadline, isAnswered: false, callerToken);
        }
        finally
        {
            _deadlines.Return(deadline);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult<HttpAnswer>> FinishBufferedAsync(
        Endpoint endpoint, AttemptContext attempt, PooledDeadline deadline, Task<HttpResponseMessage> sending)
    {
        HttpResponseMessage? response = null;
        try
        {
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (FailureOf(sending, deadline, attempt.CancellationToken) is { } failure) return failure;
            response = await sending.ConfigureAwait(false);
            var answer = Answered(endpoint, response);
            // An attempt has to answer soon; once it does, its body may take what is left of the call.
            _deadlines.Set(deadline, attempt.TimeLeft, attempt.StartedAt);
            await response.Content.LoadIntoBufferAsync(int.MaxValue, deadline.Token).ConfigureAwait(false);
            return answer;
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            response?.Dispose();
            return Failed(e, deadline, response is not null, attempt.CancellationToken);
        }
        finally
        {
            _deadlines.Return(deadline);
        }
    }

    // Looked at rather than thrown: to throw it here once more is most of what a failed attempt would cost. Null if it did not fail, or
    // has to be thrown to tell why.
    private static AttemptResult<HttpAnswer>? FailureOf(Task sent, PooledDeadline deadline, CancellationToken callerToken)
    {
        if (sent.Exception?.InnerException is { } error && IsOfNetwork(error))
            return Failed(error, deadline, isAnswered: false, callerToken);
        if (sent.IsCanceled && (deadline.IsExpired || callerToken.IsCancellationRequested))
            return Failed(new TaskCanceledException(sent), deadline, isAnswered: false, callerToken);
        return null;
    }

    private AttemptResult<HttpAnswer> Answered(Endpoint endpoint, HttpResponseMessage response)
    {
        if (LoadHeader.TryRead(response, out var load)) endpoint.ReportLoad(load.InFlight, time.GetTimestamp());
        return AttemptResult<HttpAnswer>.Answered(new HttpAnswer(response));
    }

    private static HttpRequestException NoHttp(ServiceInstance instance) =>
        new(HttpRequestError.ConnectionError, $"{instance} is registered with the scheme '{instance.Scheme}', which is not HTTP.");

    // A bare SocketException comes from SocketsHttpHandler when the peer resets a connection that has just been made.
    private static bool IsOfNetwork(Exception e) =>
        e is OperationCanceledException or HttpRequestException or IOException or SocketException;

    private static AttemptResult<HttpAnswer> Failed(
        Exception error, PooledDeadline deadline, bool isAnswered, CancellationToken callerToken) =>
        AttemptResult<HttpAnswer>.Failed(StatusOf(error, deadline, isAnswered, callerToken), deadline.IsExpired ? null : error);

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
