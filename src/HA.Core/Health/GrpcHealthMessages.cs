using System.Buffers.Binary;
using System.Text;

namespace HA.Core.Health;

/// <summary>The two messages of <c>grpc.health.v1</c>, by hand: one has a string, the other an enum. Pure.</summary>
internal static class GrpcHealthMessages
{
    internal const int Serving = 1;

    private const int PrefixLength = 5;
    private const byte ServiceField = 0x0A;
    private const int StatusField = 1;

    /// <summary>A framed request for the health of a service.</summary>
    internal static byte[] Request(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        var name = Encoding.UTF8.GetBytes(service);
        if (name.Length > 127) throw new ArgumentException("The name of a gRPC service is at most 127 bytes long here.", nameof(service));
        byte[] message = name.Length == 0 ? [] : [ServiceField, (byte)name.Length, .. name];
        var framed = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, PrefixLength);
        return framed;
    }

    /// <summary>The status in a framed response; null if that is no such thing. A field left out is 0, as ever.</summary>
    internal static int? ReadStatus(ReadOnlySpan<byte> framed)
    {
        if (framed.Length < PrefixLength || framed[0] != 0) return null;
        var message = framed[PrefixLength..];
        if (BinaryPrimitives.ReadUInt32BigEndian(framed[1..]) != (uint)message.Length) return null;
        var status = 0;
        while (!message.IsEmpty)
        {
            if (!TryReadVarint(ref message, out var tag)) return null;
            if (tag >> 3 == StatusField && (tag & 7) == 0)
            {
                if (!TryReadVarint(ref message, out var value) || value > int.MaxValue) return null;
                status = (int)value;
            }
            else if (!TrySkip(ref message, (int)(tag & 7)))
            {
                return null;
            }
        }

        return status;
    }

    internal static string NameOf(int status) => status switch
    {
        0 => "UNKNOWN",
        Serving => "SERVING",
        2 => "NOT_SERVING",
        3 => "SERVICE_UNKNOWN",
        _ => "a status that is not known",
    };

    // Fields that later versions may add.
    private static bool TrySkip(ref ReadOnlySpan<byte> message, int wireType)
    {
        ulong length;
        switch (wireType)
        {
            case 0: return TryReadVarint(ref message, out _);
            case 1: length = 8; break;
            case 2 when TryReadVarint(ref message, out length): break;
            case 5: length = 4; break;
            default: return false;
        }

        if (length > (ulong)message.Length) return false;
        message = message[(int)length..];
        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (var i = 0; i < message.Length && i < 10; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if ((message[i] & 0x80) != 0) continue;
            message = message[(i + 1)..];
            return true;
        }

        return false;
    }
}
