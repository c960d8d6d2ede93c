using HA.Core.Calls;
using HA.Core.Client;

namespace HA.Core.Http;

/// <summary>
/// Gives an <see cref="HttpClient"/> high availability: the host of a request names a service, and the request goes to
/// an instance of it, and to another one if that fails.
/// </summary>
/// <remarks>
/// <para>Methods that RFC 9110 calls idempotent, requests with an <c>Idempotency-Key</c> header and those marked with
/// <see cref="FailoverRequestOptions.IsIdempotent"/> are sent again after any failure; others only if they provably never
/// left. A body that cannot be read twice is sent again only if it was not read. <see cref="FailoverOptions"/> says how a
/// request gets a key.</para>
/// <para>If the last attempt was answered, that answer is returned, whatever its status; if it was not,
/// <see cref="FailoverException"/> is thrown, which names the answers of earlier attempts too. An endpoint counts as busy
/// until the response is read or disposed. Set the client's own timeout to infinite: deadlines are in
/// <see cref="CallOptions"/>. Safe for concurrent use.</para>
/// </remarks>
public sealed class FailoverHandler : DelegatingHandler
{
    private readonly Lock _gate = new();
    private readonly ServicePools _pools;
    private readonly CallOptions? _options;
    private readonly FailoverOptions _http;
    private readonly RandomStream _keys;
    private readonly HttpAnswerClassifier _classifier = new(new HttpOutcomeClassifier());
    private HttpTransport? _transport;
    // Copied on write: calls look up their client without a lock.
    private volatile Dictionary<string, ServiceClient<HttpCall, HttpAnswer>> _clients = new(StringComparer.Ordinal);

    /// <summary>Creates a handler.</summary>
    /// <param name="pools">Who may be called. Not disposed here.</param>
    /// <param name="innerHandler">Sends the attempts; to be set later when null.</param>
    /// <param name="options">How calls are made; the recommended ones when null.</param>
    /// <param name="httpOptions">What is special about HTTP; the recommended ones when null.</param>
    public FailoverHandler(
        ServicePools pools, HttpMessageHandler? innerHandler = null, CallOptions? options = null, FailoverOptions? httpOptions = null)
    {
        ArgumentNullException.ThrowIfNull(pools);
        _pools = pools;
        _options = options;
        _http = httpOptions ?? new FailoverOptions();
        _keys = pools.Environment.Random("idempotency keys");
        if (innerHandler is not null) InnerHandler = innerHandler;
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return StartAsync(request, cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    // An answer that is there at once comes back without a state machine.
    private Task<HttpResponseMessage> StartAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } address)
            throw new InvalidOperationException("The request needs an absolute URI whose host names a service, such as http://orders/7.");

        var client = ClientOf(address.Host);
        var settings = SettingsOf(request, out var call);
        if (client.TryFinish(call, settings, cancellationToken, out var first, out var end)) return AnswerOf(end, cancellationToken).Task;
        return first.IsUnderWay
            ? FinishAsync(client, call, first, cancellationToken).Task
            : FinishAsync(client.GoOnAsync(call, first, cancellationToken), cancellationToken).Task;
    }

    // As the client itself would, without a state machine more.
    private static async ResponseTask<ResponseOrError> FinishAsync(
        ServiceClient<HttpCall, HttpAnswer> client, HttpCall call, ServiceClient<HttpCall, HttpAnswer>.FirstAttempt first,
        CancellationToken cancellationToken)
    {
        AttemptResult<HttpAnswer> result;
        try
        {
            result = await first.Sending.ConfigureAwait(false);
        }
        catch
        {
            first.Abandon();
            throw;
        }

        if (!client.TryConclude(ref first, result, out var end))
            end = await client.GoOnAsync(call, first, cancellationToken).ConfigureAwait(false);
        return AnswerOf(end, cancellationToken);
    }

    private static async ResponseTask<ResponseOrError> FinishAsync(
        ValueTask<CallResult<HttpAnswer>> calling, CancellationToken cancellationToken) =>
        AnswerOf(await calling.ConfigureAwait(false), cancellationToken);

    private static ResponseOrError AnswerOf(in CallResult<HttpAnswer> result, CancellationToken cancellationToken) =>
        result.Status is CallStatus.Succeeded or CallStatus.Rejected
            ? new(result.Response.Message!)
            : new(ErrorOf(result, cancellationToken));

    private static Exception ErrorOf(in CallResult<HttpAnswer> result, CancellationToken cancellationToken) => result.Status switch
    {
        CallStatus.Cancelled => new TaskCanceledException(result.Describe(), null, cancellationToken),
        CallStatus.DeadlineExceeded => TimedOut(result.Describe()),
        CallStatus.Refused => FailoverException.Of(HttpRequestError.Unknown, result),
        _ => FailoverException.Of(HttpRequestError.ConnectionError, result),
    };

    private static TaskCanceledException TimedOut(string what) => new(what, new TimeoutException(what));

    /// <summary>Not supported: an instance may have to be waited for, and threads must not be blocked for that.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FailoverHandler is asynchronous only: call SendAsync instead of Send.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _transport?.Dispose();
        base.Dispose(disposing);
    }

    private CallSettings SettingsOf(HttpRequestMessage request, out HttpCall call)
    {
        var isIdempotent = IsIdempotentMethod(request.Method);
        string? key = null;
        // Asking for options makes them, so most requests are not asked.
        var options = MessageParts.HasOptions(request) ? request.Options : null;
        if (!isIdempotent)
        {
            if (HasKey(request)) isIdempotent = true;
            else if (Read(options, FailoverRequestOptions.GenerateIdempotencyKey, _http.GenerateIdempotencyKeys)) key = NewKey();
            isIdempotent |= key is not null;
        }

        isIdempotent = Read(options, FailoverRequestOptions.IsIdempotent, isIdempotent) && RequestCopy.IsReplayable(request.Content);
        var isBuffered = Read(options, FailoverRequestOptions.BufferResponse, _http.BufferResponses);
        call = new HttpCall(request, key, isIdempotent, isBuffered, _http.TellsInstance);
        if (options is null) return new CallSettings(isIdempotent);
        return new CallSettings(
            isIdempotent,
            options.TryGetValue(FailoverRequestOptions.HashKey, out var hashKey) ? StableHash.Of(hashKey) : 0,
            options.TryGetValue(FailoverRequestOptions.Deadline, out var deadline) ? deadline : null,
            options.TryGetValue(FailoverRequestOptions.Incoming, out var incoming) ? incoming : null);
    }

    private static bool Read(HttpRequestOptions? options, HttpRequestOptionsKey<bool> key, bool otherwise) =>
        options is not null && options.TryGetValue(key, out var said) ? said : otherwise;

    private static bool HasKey(HttpRequestMessage request) =>
        MessageParts.HasHeaders(request) && request.Headers.NonValidated.Contains(CallHeaders.IdempotencyKey);

    private string NewKey() => $"{_keys.NextUInt64():x16}{_keys.NextUInt64():x16}";

    // RFC 9110, section 9.2.2.
    private static bool IsIdempotentMethod(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete
        || method == HttpMethod.Options || method == HttpMethod.Trace;

    private ServiceClient<HttpCall, HttpAnswer> ClientOf(string service)
    {
        if (_clients.TryGetValue(service, out var client)) return client;
        var pool = _pools.For(service);
        lock (_gate)
        {
            if (_clients.TryGetValue(service, out client)) return client;
            _transport ??= new HttpTransport(
                new HttpMessageInvoker(
                    InnerHandler ?? throw new InvalidOperationException("Set InnerHandler first."), disposeHandler: false),
                _pools.Environment.Time);
            client = new(pool, _transport, _classifier, _pools.Environment, _options);
            _clients = new(_clients, StringComparer.Ordinal) { [service] = client };
            return client;
        }
    }
}
