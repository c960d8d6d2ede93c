namespace HA.Core.Http;

/// <summary>Passes everything on, and says when its end was read, it broke, or it was disposed.</summary>
internal sealed class LeasedStream(Stream inner, LeasedContent owner) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            ReleaseAtEnd(count, buffer.Length);
            return count;
        }
        catch (Exception e)
        {
            owner.Break(e);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = inner.Read(buffer);
            ReleaseAtEnd(count, buffer.Length);
            return count;
        }
        catch (Exception e)
        {
            owner.Break(e);
            throw;
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException("A response cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A response cannot be written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner.Release();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        owner.Release();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // 0 into an empty buffer is a question whether data is there, not the end.
    private void ReleaseAtEnd(int count, int asked)
    {
        if (count == 0 && asked > 0) owner.Release();
    }
}
