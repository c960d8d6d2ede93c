using System.Net;
using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Http;

namespace HA.Core.Simulation.Model;

/// <summary>The virtual network as an HTTP handler: everything above it is production code, HttpClient included.</summary>
internal sealed class VirtualHttpHandler(World world, VirtualClient client) : HttpMessageHandler
{
    private readonly Stack<Sending> _idle = new();
    private readonly NoBody _noBody = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var call = ((CallMethod)request.Method).Call;
        var instance = world.Find(address.Host, address.Port);
        world.Observer.AttemptStarted(client, instance, call, number: -1);
        var sent = new VirtualRequest(call, IsIdempotent: request.Method == HttpMethod.Get);
        var answer = world.Rent().SendAsync(client.Place, instance, sent, ContextOf(request, cancellationToken));
        return (_idle.TryPop(out var idle) ? idle : new Sending(this)).BeginAsync(request, answer, cancellationToken);
    }

    private AttemptContext ContextOf(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Timeouts are the client's own, by token.
        var context = new AttemptContext(0, Timeout.InfiniteTimeSpan, cancellationToken);
        if (!MessageParts.HasHeaders(request)) return context;
        var incoming = CallHeaders.Read(Header(request, CallHeaders.TimeLeft), Header(request, CallHeaders.NoRetry), world.Simulation.Time);
        if (incoming.TimeLeft is { } left) context = context with { TimeLeft = left, TellsTimeout = true };
        return context with { StopsRetryChain = incoming.MustNotRetry };
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static HttpRequestException Failure(HttpRequestError error, string what, Uri address) =>
        new(error, $"Connection {what} ({address.Authority})");

    /// <summary>The body of every answer, and so never closed.</summary>
    private sealed class NoBody() : ByteArrayContent([])
    {
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }

    /// <summary>A request on its way. An async method would do the same, but it can only fail by throwing.</summary>
    private sealed class Sending
    {
        private readonly VirtualHttpHandler _owner;
        private readonly Action _whenAnswered;
        private TaskCompletionSource<HttpResponseMessage> _response = null!;
        private ConfiguredValueTaskAwaitable<AttemptResult<VirtualResponse>>.ConfiguredValueTaskAwaiter _answer;
        private HttpRequestMessage _request = null!;
        private CancellationToken _cancellationToken;

        internal Sending(VirtualHttpHandler owner)
        {
            _owner = owner;
            _whenAnswered = Finish;
        }

        internal Task<HttpResponseMessage> BeginAsync(
            HttpRequestMessage request, ValueTask<AttemptResult<VirtualResponse>> answer, CancellationToken cancellationToken)
        {
            var response = _response = new TaskCompletionSource<HttpResponseMessage>();
            (_request, _cancellationToken) = (request, cancellationToken);
            _answer = answer.ConfigureAwait(false).GetAwaiter();
            if (_answer.IsCompleted) Finish();
            else _answer.UnsafeOnCompleted(_whenAnswered);
            return response.Task;
        }

        private void Finish()
        {
            var (response, request, cancellationToken) = (_response, _request, _cancellationToken);
            var result = _answer.GetResult();
            (_response, _request, _answer) = (null!, null!, default);
            _owner._idle.Push(this);
            switch (result.Status)
            {
                case AttemptStatus.Answered:
                    var status = (HttpStatusCode)result.Response.Status;
                    response.SetResult(new HttpResponseMessage(status) { RequestMessage = request, Content = _owner._noBody });
                    break;
                case AttemptStatus.NotSent:
                    response.SetException(Failure(HttpRequestError.ConnectionError, "refused", request.RequestUri!));
                    break;
                case AttemptStatus.Broken:
                    response.SetException(Failure(HttpRequestError.ResponseEnded, "reset", request.RequestUri!));
                    break;
                default:
                    response.SetCanceled(cancellationToken);
                    break;
            }
        }
    }
}
