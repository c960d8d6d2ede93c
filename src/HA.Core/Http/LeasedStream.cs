namespace HA.Core.Http;

/// <summary>Passes everything on, and says once when its end was read, it broke, or it was disposed.</summary>
internal sealed class LeasedStream(Stream inner, Action release) : Stream
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
        var count = -1;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count;
        }
        finally
        {
            ReleaseAtEnd(count, buffer.Length);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = -1;
        try
        {
            count = inner.Read(buffer);
            return count;
        }
        finally
        {
            ReleaseAtEnd(count, buffer.Length);
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
            release();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        release();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // -1: reading threw. 0 into an empty buffer is a question whether data is there, not the end.
    private void ReleaseAtEnd(int count, int asked)
    {
        if (count < 0 || (count == 0 && asked > 0)) release();
    }
}
