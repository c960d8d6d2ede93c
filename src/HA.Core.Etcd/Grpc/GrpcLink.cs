using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Google.Protobuf;

namespace HA.Core.Etcd.Grpc;

/// <summary>
/// gRPC to one server over one HTTP/2 connection of its own, made when it is first needed. Disposed, it takes no new calls;
/// streams that are open go on until they end.
/// </summary>
internal sealed class GrpcLink : IDisposable
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");

    private readonly HttpMessageInvoker _invoker;
    private volatile bool _hasGreeted;
    private volatile bool _isForeign;

    internal GrpcLink(Uri address, SocketsHttpHandler handler)
    {
        Address = address;
        handler.PlaintextStreamFilter = (context, _) =>
            new ValueTask<Stream>(new GreetingStream(context.PlaintextStream, Greet));
        _invoker = new HttpMessageInvoker(handler);
    }

    internal Uri Address { get; }

    /// <summary>Whether the server has ever spoken HTTP/2.</summary>
    internal bool HasGreeted => _hasGreeted;

    /// <summary>One request, one answer.</summary>
    internal async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, string? token, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        try
        {
            using var content = new ByteArrayContent(GrpcFrames.Encode(request));
            using var message = Request(method.Path, content, token, needsLeader: false);
            using var response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
            RequireStatus(response);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var reader = new GrpcFrameReader<TResponse>(body, method.Parser);
            var answer = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (answer is not null && await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
                throw new GrpcException(GrpcException.Unavailable, "It sent two answers to one request.") { IsForeign = true };
            ThrowIfRefused(response.TrailingHeaders);
            return answer ?? throw new GrpcException(GrpcException.Unavailable, "It sent no answer.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw GrpcException.OfTransport(e, _isForeign);
        }
    }

    /// <summary>
    /// Opens a stream both ways, whose server must know a leader, and sends what comes through a channel. Whatever goes wrong
    /// shows when it is read.
    /// </summary>
    internal GrpcDuplex<TRequest, TResponse> Open<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, ChannelReader<TRequest> outgoing, string? token, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(this, method, outgoing, token, cancellationToken);

    /// <summary>Sends a request whose body goes on, and answers when the first of the answer comes.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        string path, HttpContent content, string? token, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var message = Request(path, content, token, needsLeader: true);
            response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
            RequireStatus(response);
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw GrpcException.OfTransport(e, _isForeign);
        }
        catch (GrpcException)
        {
            response?.Dispose();
            throw;
        }
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>Throws what the server ended a call with, unless that is success.</summary>
    internal static void ThrowIfRefused(HttpResponseHeaders headers)
    {
        if (Value(headers, "grpc-status") is not { } status)
            throw new GrpcException(GrpcException.Unavailable, "It ended without a status.");
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            throw new GrpcException(GrpcException.Unavailable, "It ended with a status that is no number.") { IsForeign = true };
        if (code != 0) throw new GrpcException(code, Uri.UnescapeDataString(Value(headers, "grpc-message") ?? $"status {code}"));
    }

    private void Greet(bool isHttp2)
    {
        if (isHttp2) _hasGreeted = true;
        else _isForeign = true;
    }

    private HttpRequestMessage Request(string path, HttpContent content, string? token, bool needsLeader)
    {
        content.Headers.ContentType = ContentType;
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (!string.IsNullOrEmpty(token)) message.Headers.TryAddWithoutValidation("token", token);
        // A member that lost the others then ends the stream, instead of keeping it open in silence.
        if (needsLeader) message.Headers.TryAddWithoutValidation("hasleader", "true");
        return message;
    }

    private static void RequireStatus(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode != HttpStatusCode.OK || type?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            throw new GrpcException(
                GrpcException.Unavailable, $"It answered HTTP status {(int)response.StatusCode} and content type '{type}'.")
            {
                // What stands between (a proxy whose server is away) says 502 to 504.
                IsForeign = response.StatusCode
                    is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
            };
        }

        // An answer that is nothing but a status has it in its headers.
        if (response.Headers.Contains("grpc-status")) ThrowIfRefused(response.Headers);
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
