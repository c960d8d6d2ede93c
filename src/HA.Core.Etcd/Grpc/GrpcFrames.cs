using System.Buffers.Binary;
using Google.Protobuf;

namespace HA.Core.Etcd.Grpc;

/// <summary>Messages as they stand in a body: a flag, the length in four bytes, the message.</summary>
internal static class GrpcFrames
{
    internal const int HeaderLength = 5;

    /// <summary>Longer messages are refused: whatever sends them is not a registry's server. Pages are far shorter.</summary>
    internal const int MaxLength = 256 << 20;

    internal static byte[] Encode(IMessage message)
    {
        var length = message.CalculateSize();
        var frame = new byte[HeaderLength + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}

/// <summary>Reads messages from a body. One flow uses it.</summary>
internal sealed class GrpcFrameReader<T>(Stream body, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next message; null at the end of the body.</summary>
    /// <exception cref="GrpcException">What came is no message.</exception>
    internal async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(GrpcFrames.HeaderLength, cancellationToken).ConfigureAwait(false)) return null;
        var flag = _buffer[_start];
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1));
        if (flag != 0 || length > GrpcFrames.MaxLength) throw Foreign($"a message with flag {flag} and length {length}");
        _start += GrpcFrames.HeaderLength;
        if (!await FillAsync((int)length, cancellationToken).ConfigureAwait(false)) throw Foreign("half a message");
        try
        {
            return parser.ParseFrom(_buffer.AsSpan(_start, (int)length));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Foreign("a message that cannot be read", e);
        }
        finally
        {
            _start += (int)length;
        }
    }

    // False if the body ended before anything of what is needed came.
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom();
            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0) return _end > _start ? throw Foreign("half a message") : false;
            _end += read;
        }

        return true;
    }

    // Grows only when it is full of what has come: who announces a long message gets no memory for it.
    private void MakeRoom()
    {
        if (_start == _end) _start = _end = 0;
        if (_end < _buffer.Length) return;
        var held = _buffer.AsSpan(_start, _end - _start);
        var target = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
        held.CopyTo(target);
        (_buffer, _start, _end) = (target, 0, held.Length);
    }

    private static GrpcException Foreign(string what, Exception? inner = null) =>
        new(GrpcException.Unavailable, $"It sent {what}.", inner) { IsForeign = true };
}
