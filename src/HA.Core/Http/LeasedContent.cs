using System.Net;
using HA.Core.Endpoints;

namespace HA.Core.Http;

/// <summary>A response's body that keeps its endpoint counted as busy until it is read to its end or disposed.</summary>
internal sealed class LeasedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly EndpointLease _lease;
    private int _released;

    internal LeasedContent(HttpContent content, EndpointLease lease)
    {
        _content = content;
        _lease = lease;
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            foreach (var value in values) Headers.TryAddWithoutValidation(name, value);
        }
    }

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _content.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            _content.CopyTo(stream, context, cancellationToken);
        }
        finally
        {
            Release();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new LeasedStream(_content.ReadAsStream(cancellationToken), Release);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new LeasedStream(await _content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Release);

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            Release();
        }

        base.Dispose(disposing);
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) _lease.Release();
    }
}
