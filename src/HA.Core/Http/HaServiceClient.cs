using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Registry;

namespace HA.Core.Http;

/// <summary>Calls services by name, with JSON bodies: the shortest way to a call that fails over.</summary>
/// <remarks>
/// An answer that is no success throws <see cref="HttpRequestException"/> with its status; no answer at all throws
/// <see cref="FailoverException"/>; a deadline that passes throws <see cref="TaskCanceledException"/>, as
/// <see cref="HttpClient"/> does. The body is read as part of the call: deadlines cover it, and one that breaks off counts as
/// a failed attempt. Several clients share the watches of the registry if they are given one <see cref="SharedRegistry"/>.
/// Safe for concurrent use.
/// </remarks>
public sealed class HaServiceClient : IAsyncDisposable
{
    private const string NeedsReflection =
        "JSON without type information uses reflection; pass a JsonTypeInfo to trim or compile ahead of time.";

    private readonly ServicePools _pools;

    /// <summary>Creates a client.</summary>
    /// <param name="registry">Where services are found. Not disposed here.</param>
    /// <param name="poolOptions">How endpoints are chosen and judged; the recommended ones when null.</param>
    /// <param name="callOptions">How calls are made; the recommended ones when null.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="transport">Sends the attempts, and is disposed with the client; a <see cref="SocketsHttpHandler"/> when null.</param>
    /// <param name="httpOptions">What is special about HTTP; the recommended ones when null.</param>
    public HaServiceClient(
        IServiceRegistry registry, PoolOptions? poolOptions = null, CallOptions? callOptions = null,
        ServiceEnvironment? environment = null, HttpMessageHandler? transport = null, FailoverOptions? httpOptions = null)
    {
        callOptions ??= new CallOptions();
        _pools = new ServicePools(registry, environment, poolOptions);
        transport ??= new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = callOptions.AttemptTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
        };
#pragma warning disable RS0030 // HttpClient's own timeout reads the machine's clock, so it is turned off here.
        Http = new HttpClient(new FailoverHandler(_pools, transport, callOptions, httpOptions)) { Timeout = Timeout.InfiniteTimeSpan };
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

    /// <summary>
    /// POSTs JSON and reads the JSON answer. Sent again only if it provably never left, or bears an idempotency key
    /// (<see cref="FailoverOptions.GenerateIdempotencyKeys"/>).
    /// </summary>
    public Task<TAnswer?> PostAsync<TBody, TAnswer>(
        string service, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, service, path, JsonContent.Create(body, bodyType), answerType, cancellationToken);

    /// <summary>
    /// POSTs JSON and reads the JSON answer. Sent again only if it provably never left, or bears an idempotency key
    /// (<see cref="FailoverOptions.GenerateIdempotencyKeys"/>).
    /// </summary>
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
        using var request = new HttpRequestMessage(method, AddressOf(service, path)) { Content = body };
        request.Options.Set(FailoverRequestOptions.BufferResponse, true);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (type is null || response.StatusCode == HttpStatusCode.NoContent || response.Content.Headers.ContentLength == 0) return default;
        return await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false);
    }

    private static Uri AddressOf(string service, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Uri($"http://{InstanceRules.ServiceName(service)}/{path.AsSpan().TrimStart('/')}");
    }

    [RequiresUnreferencedCode(NeedsReflection), RequiresDynamicCode(NeedsReflection)]
    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
