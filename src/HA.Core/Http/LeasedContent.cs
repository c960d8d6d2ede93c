using System.Net;
using HA.Core.Endpoints;

namespace HA.Core.Http;

/// <summary>
/// A response's body that keeps its endpoint counted as busy until it is read to its end or disposed. If it breaks off, that
/// is held against the endpoint, whose headers were counted as a success.
/// </summary>
internal sealed class LeasedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly EndpointLease _lease;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private int _released;

    internal LeasedContent(HttpContent content, EndpointLease lease, TimeProvider time)
    {
        _content = content;
        _lease = lease;
        _time = time;
        _startedAt = time.GetTimestamp();
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
            Release();
        }
        catch (Exception e)
        {
            Break(e);
            throw;
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            _content.CopyTo(stream, context, cancellationToken);
            Release();
        }
        catch (Exception e)
        {
            Break(e);
            throw;
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new LeasedStream(_content.ReadAsStream(cancellationToken), this);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new LeasedStream(await _content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this);

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

    /// <summary>Ends the load that the response is, once.</summary>
    internal void Release() => TryRelease();

    /// <summary>Reading failed. If the network did it, the endpoint is the one to blame.</summary>
    internal void Break(Exception error)
    {
        if (!TryRelease() || error is not (IOException or HttpRequestException)) return;
        var now = _time.GetTimestamp();
        _lease.Record(new CallOutcome(OutcomeKind.Failure, _time.GetElapsedTime(_startedAt, now), now));
    }

    private bool TryRelease()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return false;
        _lease.Release();
        return true;
    }
}
