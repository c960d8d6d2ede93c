using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Consul;

/// <summary>What the agent answered.</summary>
/// <param name="Status">Status of HTTP.</param>
/// <param name="Value">The answer, if it is JSON and one was asked for.</param>
/// <param name="Text">The answer, if it is not: what Consul says of an error, cut to a line.</param>
/// <param name="Index">The state that was read; null if the answer does not tell, as everything but Consul's reads.</param>
/// <param name="IsFiltered">Whether the answer lacks what the token may not see. Consul tells since 1.11.</param>
internal sealed record ConsulReply<T>(HttpStatusCode Status, T? Value, string Text, long? Index, bool IsFiltered)
{
    internal bool IsSuccess => (int)Status is >= 200 and < 300;
}

/// <summary>
/// Requests to the agent, each with a deadline of ours. It repeats none; .NET itself may repeat one without a body whose
/// kept-alive connection broke, and all of those may be: each names one owner's entry.
/// </summary>
internal sealed class ConsulLink(ConsulRegistryOptions options, TimeProvider time, long longestAnswer = long.MaxValue) : IAsyncDisposable
{
    private const int LongestText = 300;

    private readonly HttpMessageInvoker _http = options.CreateInvoker();
    private readonly CancellationTokenSource _end = new();
    private volatile bool _disposed;

    internal Task<ConsulReply<T>> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, answer, options.RequestTimeout, cancellationToken);

    /// <summary>
    /// A blocking query: a read that the agent answers when something has changed since <paramref name="index"/>, or after
    /// <paramref name="wait"/>; at once if the index is 0.
    /// </summary>
    internal Task<ConsulReply<T>> AwaitChangeAsync<T>(
        string path, long index, TimeSpan wait, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        if (index <= 0) return GetAsync(path, answer, cancellationToken);
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var query = $"{path}{separator}index={index}&wait={(long)Math.Ceiling(wait.TotalMilliseconds)}ms";
        // The agent adds up to a sixteenth to the wait.
        return SendAsync(HttpMethod.Get, query, null, answer, (wait * 17 / 16) + TimeSpan.FromSeconds(2), cancellationToken);
    }

    /// <summary>A request of whose answer only the status is of interest.</summary>
    internal Task<ConsulReply<SessionReply>> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        SendAsync<SessionReply>(method, path, null, null, options.RequestTimeout, cancellationToken);

    /// <summary>A request with a body.</summary>
    internal Task<ConsulReply<TAnswer>> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> type, JsonTypeInfo<TAnswer>? answer,
        CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new("application/json");
        return SendAsync(method, path, content, answer, options.RequestTimeout, cancellationToken);
    }

    /// <summary>Turns a refusal into the exception that says what it means.</summary>
    internal static void RequireSuccess<T>(ConsulReply<T> reply, string toDoWhat)
    {
        if (reply.IsSuccess) return;
        var said = $"Consul refused to {toDoWhat} ({(int)reply.Status}): {reply.Text}";
        throw reply.Status switch
        {
            HttpStatusCode.Forbidden => new ConsulAccessException($"{said}. Give the registry a token that may."),
            HttpStatusCode.TooManyRequests => new RegistryException(
                $"{said}. An agent takes 200 connections from one address (limits.http_max_conns_per_client): watch fewer services, "
                + "lower MaxOpenQueries, or raise the agent's limit."),
            HttpStatusCode.InternalServerError when reply.Text.Contains("leader", StringComparison.OrdinalIgnoreCase) =>
                new ConsulNoLeaderException(said),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or (>= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest) =>
                new NotConsulException($"{said}. Is this a Consul agent?"),
            _ => new RegistryException(said),
        };
    }

    /// <summary>Ends all that is under way and closes the connections; waits for nobody.</summary>
    public ValueTask DisposeAsync()
    {
        if (_disposed) return ValueTask.CompletedTask;
        _disposed = true;
        _end.Cancel();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ConsulReply<T>> SendAsync<T>(
        HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T>? answer, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(ConsulRegistry));
        cancellationToken.ThrowIfCancellationRequested();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        using var deadline = new Deadline(time, timeout, either.Token);
        using var request = new HttpRequestMessage(method, new Uri(options.Address, "v1/" + path)) { Content = body };
        if (options.Token is { } token) request.Headers.Add("X-Consul-Token", token);
        // The name that the certificate is checked against.
        if (options.TlsHost is { } host) request.Headers.Host = host;
        try
        {
            // Waited for by the token too: a handler that was handed in may be deaf to it.
            using var response = await _http.SendAsync(request, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            return await ReadAsync(response, answer, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RegistryException)
        {
            throw Translate(e, deadline, timeout, cancellationToken);
        }
    }

    private async Task<ConsulReply<T>> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T>? answer, CancellationToken deadline)
    {
        var index = Header(response, "X-Consul-Index") is { } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (long?)number : null;
        var isFiltered = string.Equals(Header(response, "X-Consul-Results-Filtered-By-ACLs"), "true", StringComparison.OrdinalIgnoreCase);
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        if (isJson && answer is not null)
        {
            var stream = new LimitedStream(await response.Content.ReadAsStreamAsync(deadline).ConfigureAwait(false), longestAnswer);
            await using var _ = stream.ConfigureAwait(false);
            var value = await JsonSerializer.DeserializeAsync(stream, answer, deadline).ConfigureAwait(false);
            return new ConsulReply<T>(response.StatusCode, value, "", index, isFiltered);
        }

        var said = await response.Content.ReadAsStringAsync(deadline).ConfigureAwait(false);
        if (answer is not null && response.IsSuccessStatusCode)
            throw new NotConsulException($"{options.Address.Authority} does not answer as a Consul agent does: {OneLine(said)}");
        return new ConsulReply<T>(response.StatusCode, default, OneLine(said), index, isFiltered);
    }

    private Exception Translate(Exception error, Deadline deadline, TimeSpan timeout, CancellationToken caller) => error switch
    {
        _ when caller.IsCancellationRequested => new OperationCanceledException(caller),
        _ when _disposed => new ObjectDisposedException(nameof(ConsulRegistry)),
        OperationCanceledException when deadline.IsExpired => new RegistryException(
            $"Consul at {options.Address.Authority} did not answer within {timeout}.", WithoutToken(error)),
        JsonException => new NotConsulException(
            $"{options.Address.Authority} does not answer as a Consul agent does: {OneLine(error.Message)}", WithoutToken(error)),
        HttpRequestException { HttpRequestError: not HttpRequestError.ConnectionError, InnerException: IOException } =>
            new RegistryException(
                $"Consul at {options.Address.Authority} broke the connection: {OneLine(error.Message)} "
                + "(An agent also does so beyond 200 connections from one address: limits.http_max_conns_per_client.)",
                WithoutToken(error)),
        _ => new RegistryException($"Consul at {options.Address.Authority} could not be reached: {OneLine(error.Message)}",
            WithoutToken(error)),
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // It may end in a log, and comes from a stranger, who may repeat what he was told.
    private string OneLine(string text)
    {
        if (options.Token is { } token) text = text.Replace(token, "***", StringComparison.Ordinal);
        return new([.. text.Trim().Take(LongestText).Select(static c => char.IsControl(c) ? ' ' : c)]);
    }

    // What the client says of an answer that it cannot read quotes it.
    private Exception? WithoutToken(Exception error) =>
        options.Token is { } token && error.ToString().Contains(token, StringComparison.Ordinal) ? null : error;
}

/// <summary>Shares the connections that an agent allows among watches: beyond a number they take turns.</summary>
internal sealed class QueryTurns(int limit, TimeSpan waitTime)
{
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    private int _watches;

    /// <summary>How long a watch may let the agent wait.</summary>
    internal TimeSpan Wait => Volatile.Read(ref _watches) <= limit || waitTime < ShortWait ? waitTime : ShortWait;

    // Never disposed: it holds nothing of the system, and nobody who waits must be stranded.
    private SemaphoreSlim Free { get; } = new(limit);

    internal void Join() => Interlocked.Increment(ref _watches);

    internal void Leave() => Interlocked.Decrement(ref _watches);

    internal Task TakeAsync(CancellationToken cancellationToken) => Free.WaitAsync(cancellationToken);

    internal void Return() => Free.Release();
}

/// <summary>
/// Keeps one watch from asking in a busy loop, whatever the agent answers: ten times at once and five a second, of answers
/// that brought nothing two at once and one a second.
/// </summary>
internal sealed class QueryPace(TimeProvider time)
{
    private const double Most = 10;
    private const double PerSecond = 5;
    private const double CostOfNothing = 5;

    private double _tokens = Most;
    private long _filledAt = time.GetTimestamp();

    internal async ValueTask WaitAsync(bool broughtNothing, CancellationToken cancellationToken)
    {
        _tokens = Math.Min(Most, _tokens + (time.GetElapsedTime(_filledAt).TotalSeconds * PerSecond));
        _filledAt = time.GetTimestamp();
        _tokens -= broughtNothing ? CostOfNothing : 1;
        if (_tokens < 0) await time.DelayAsync(TimeSpan.FromSeconds(-_tokens / PerSecond), cancellationToken).ConfigureAwait(false);
    }
}
