using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Http;

/// <summary>Calls services by name, with JSON bodies: the shortest way to a call that fails over.</summary>
/// <remarks>
/// An answer that is no success throws <see cref="HttpRequestException"/> with its status; no answer at all throws
/// <see cref="FailoverException"/>; a deadline that passes throws <see cref="TaskCanceledException"/>, as
/// <see cref="HttpClient"/> does. Deadlines cover the reading of the body. Several clients share the watches of the registry
/// if they are given one <see cref="SharedRegistry"/>. Safe for concurrent use.
/// </remarks>
public sealed class HaServiceClient : IAsyncDisposable
{
    private const string NeedsReflection =
        "JSON without type information uses reflection; pass a JsonTypeInfo to trim or compile ahead of time.";

    private readonly ServicePools _pools;
    private readonly CallOptions _options;

    /// <summary>Creates a client.</summary>
    /// <param name="registry">Where services are found. Not disposed here.</param>
    /// <param name="poolOptions">How endpoints are chosen and judged; the recommended ones when null.</param>
    /// <param name="callOptions">How calls are made; the recommended ones when null.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="transport">Sends the attempts, and is disposed with the client; a <see cref="SocketsHttpHandler"/> when null.</param>
    public HaServiceClient(
        IServiceRegistry registry, PoolOptions? poolOptions = null, CallOptions? callOptions = null,
        ServiceEnvironment? environment = null, HttpMessageHandler? transport = null)
    {
        _options = callOptions ?? new CallOptions();
        _pools = new ServicePools(registry, environment, poolOptions);
        transport ??= new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = _options.AttemptTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
        };
#pragma warning disable RS0030 // HttpClient's own timeout reads the machine's clock, so it is turned off here.
        Http = new HttpClient(new FailoverHandler(_pools, transport, _options)) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
    }

    /// <summary>The HTTP client underneath, for whatever the methods here do not cover. Hosts are names of services.</summary>
    public HttpClient Http { get; }

    /// <summary>The pool of a service: its endpoints, their health, and marking them by hand.</summary>
    public ServicePool PoolOf(string service) => _pools.For(service);

    /// <summary>GETs JSON.</summary>
    public Task<T?> GetAsync<T>(string service, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, service, path, null, type, cancellationToken);

    /// <summary>GETs JSON.</summary>
    [RequiresUnreferencedCode(NeedsReflection), RequiresDynamicCode(NeedsReflection)]
    public Task<T?> GetAsync<T>(string service, string path, CancellationToken cancellationToken = default) =>
        GetAsync(service, path, TypeOf<T>(), cancellationToken);

    /// <summary>POSTs JSON and reads the JSON answer. Sent again only if it provably never left.</summary>
    public Task<TAnswer?> PostAsync<TBody, TAnswer>(
        string service, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, service, path, JsonContent.Create(body, bodyType), answerType, cancellationToken);

    /// <summary>POSTs JSON and reads the JSON answer. Sent again only if it provably never left.</summary>
    [RequiresUnreferencedCode(NeedsReflection), RequiresDynamicCode(NeedsReflection)]
    public Task<TAnswer?> PostAsync<TBody, TAnswer>(
        string service, string path, TBody body, CancellationToken cancellationToken = default) =>
        PostAsync(service, path, body, TypeOf<TBody>(), TypeOf<TAnswer>(), cancellationToken);

    /// <summary>PUTs JSON and reads the JSON answer.</summary>
    public Task<TAnswer?> PutAsync<TBody, TAnswer>(
        string service, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, service, path, JsonContent.Create(body, bodyType), answerType, cancellationToken);

    /// <summary>PUTs JSON and reads the JSON answer.</summary>
    [RequiresUnreferencedCode(NeedsReflection), RequiresDynamicCode(NeedsReflection)]
    public Task<TAnswer?> PutAsync<TBody, TAnswer>(
        string service, string path, TBody body, CancellationToken cancellationToken = default) =>
        PutAsync(service, path, body, TypeOf<TBody>(), TypeOf<TAnswer>(), cancellationToken);

    /// <summary>DELETEs.</summary>
    public Task DeleteAsync(string service, string path, CancellationToken cancellationToken = default) =>
        SendAsync<object>(HttpMethod.Delete, service, path, null, null, cancellationToken);

    /// <summary>Closes the pools and connections.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _pools.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<T?> SendAsync<T>(
        HttpMethod method, string service, string path, HttpContent? body, JsonTypeInfo<T>? type, CancellationToken cancellationToken)
    {
        var startedAt = _pools.Environment.Time.GetTimestamp();
        try
        {
            return await SendOnceAsync(method, service, path, body, type, startedAt, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (method == HttpMethod.Get && Left(startedAt) > TimeSpan.Zero)
        {
            // The answer broke off after its headers, when the handler's work was done: its instance died. Asking again
            // does no harm, and finds another one.
            return await SendOnceAsync(method, service, path, body, type, startedAt, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T?> SendOnceAsync<T>(
        HttpMethod method, string service, string path, HttpContent? body, JsonTypeInfo<T>? type, long startedAt,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, AddressOf(service, path)) { Content = body };
        request.Options.Set(FailoverRequestOptions.Deadline, Left(startedAt));
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (type is null || response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0) return default;

        // The handler's deadline ends with the headers; what is left of it is for the body.
        var left = Left(startedAt);
        using var deadline = new Deadline(_pools.Environment.Time, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync(type, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsExpired)
        {
            var message = $"The answer of '{service}' was not read to its end within the deadline of {_options.Deadline}.";
            throw new TaskCanceledException(message, new TimeoutException(message, e));
        }
    }

    private TimeSpan Left(long startedAt) => _options.Deadline - _pools.Environment.Time.GetElapsedTime(startedAt);

    private static Uri AddressOf(string service, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Uri($"http://{InstanceRules.ServiceName(service)}/{path.AsSpan().TrimStart('/')}");
    }

    [RequiresUnreferencedCode(NeedsReflection), RequiresDynamicCode(NeedsReflection)]
    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
