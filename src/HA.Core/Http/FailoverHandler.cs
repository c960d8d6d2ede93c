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
/// left. A body that cannot be read twice is sent again only if it was not read.</para>
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
    private readonly HttpOutcomeClassifier _classifier = new();
    private HttpTransport? _transport;
    // Copied on write: calls look up their client without a lock.
    private volatile Dictionary<string, ServiceClient<HttpRequestMessage, HttpResponseMessage>> _clients = new(StringComparer.Ordinal);

    /// <summary>Creates a handler.</summary>
    /// <param name="pools">Who may be called. Not disposed here.</param>
    /// <param name="innerHandler">Sends the attempts; to be set later when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public FailoverHandler(ServicePools pools, HttpMessageHandler? innerHandler = null, CallOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pools);
        _pools = pools;
        _options = options;
        if (innerHandler is not null) InnerHandler = innerHandler;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { IsAbsoluteUri: true } address)
            throw new InvalidOperationException("The request needs an absolute URI whose host names a service, such as http://orders/7.");

        var client = ClientOf(address.Host);
        var result = await client.SendAsync(request, SettingsOf(request), cancellationToken).ConfigureAwait(false);
        return result.Status switch
        {
            CallStatus.Succeeded or CallStatus.Rejected => result.Response!,
            CallStatus.Cancelled => throw new TaskCanceledException(result.Describe(), null, cancellationToken),
            CallStatus.DeadlineExceeded => throw new TaskCanceledException(result.Describe(), new TimeoutException(result.Describe())),
            _ => throw new FailoverException(HttpRequestError.ConnectionError, result.ToException()),
        };
    }

    /// <summary>Not supported: an instance may have to be waited for, and threads must not be blocked for that.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FailoverHandler is asynchronous only: call SendAsync instead of Send.");

    private static CallSettings SettingsOf(HttpRequestMessage request)
    {
        var isIdempotent = request.Options.TryGetValue(FailoverRequestOptions.IsIdempotent, out var said)
            ? said
            : IsIdempotentMethod(request.Method) || request.Headers.NonValidated.Contains("Idempotency-Key");
        return new CallSettings(
            isIdempotent && RequestCopy.IsReplayable(request.Content),
            request.Options.TryGetValue(FailoverRequestOptions.HashKey, out var key) ? StableHash.Of(key) : 0,
            request.Options.TryGetValue(FailoverRequestOptions.Deadline, out var deadline) ? deadline : null);
    }

    // RFC 9110, section 9.2.2.
    private static bool IsIdempotentMethod(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete
        || method == HttpMethod.Options || method == HttpMethod.Trace;

    private ServiceClient<HttpRequestMessage, HttpResponseMessage> ClientOf(string service)
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
