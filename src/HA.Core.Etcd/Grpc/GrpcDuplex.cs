using System.Net;
using System.Threading.Channels;
using Google.Protobuf;

namespace HA.Core.Etcd.Grpc;

/// <summary>An open stream both ways: what is put into a channel is sent, one flow reads.</summary>
internal sealed class GrpcDuplex<TRequest, TResponse> : IAsyncDisposable
    where TRequest : IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly CancellationTokenSource _end;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly OutgoingContent _content;
    private readonly Task<HttpResponseMessage> _response;
    private GrpcFrameReader<TResponse>? _reader;

    internal GrpcDuplex(
        GrpcLink link, GrpcMethod<TRequest, TResponse> method, ChannelReader<TRequest> outgoing, string? token,
        CancellationToken cancellationToken)
    {
        _method = method;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _content = new OutgoingContent(outgoing, _end.Token);
        _response = link.SendAsync(method.Path, _content, token, _end.Token);
    }

    /// <summary>The next message.</summary>
    /// <exception cref="GrpcException">The stream has ended, whatever the reason.</exception>
    internal async ValueTask<TResponse> ReadAsync()
    {
        var response = await _response.ConfigureAwait(false);
        try
        {
            _reader ??= new GrpcFrameReader<TResponse>(
                await response.Content.ReadAsStreamAsync(_end.Token).ConfigureAwait(false), _method.Parser);
            if (await _reader.ReadAsync(_end.Token).ConfigureAwait(false) is { } message) return message;
            GrpcLink.ThrowIfRefused(response.TrailingHeaders);
            throw new GrpcException(GrpcException.Unavailable, "It ended the stream.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw GrpcException.OfTransport(e, isForeign: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _end.Cancel();
        await ((Task)_response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_response.IsCompletedSuccessfully) (await _response.ConfigureAwait(false)).Dispose();
        _content.Dispose();
        _end.Dispose();
    }

    // The body of a request that is sent while the answer is read. Messages that wait together travel together.
    private sealed class OutgoingContent(ChannelReader<TRequest> outgoing, CancellationToken end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (await outgoing.WaitToReadAsync(end).ConfigureAwait(false))
            {
                while (outgoing.TryRead(out var message)) await stream.WriteAsync(GrpcFrames.Encode(message), end).ConfigureAwait(false);
                await stream.FlushAsync(end).ConfigureAwait(false);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
