using System.Buffers.Binary;
using System.Text;

namespace HA.Core.Hosting.Tests;

/// <summary>A message of Protocol Buffers, read without its description: fields by their number, in the order of the wire.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    internal ProtoFields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((number, Varint(ref message), default));
                    break;
                case 1:
                    _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), default));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    _fields.Add((number, 0, message[..length]));
                    message = message[length..];
                    break;
                case 5:
                    _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), default));
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"There is no wire type {tag & 7}.");
            }
        }
    }

    internal IEnumerable<ProtoFields> Messages(int number) => _fields.Where(f => f.Number == number).Select(static f => new ProtoFields(f.Bytes));

    internal bool Has(int number) => _fields.Exists(f => f.Number == number);

    internal string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    internal string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    internal ulong Number(int number) => _fields.Find(f => f.Number == number).Value;

    private ReadOnlyMemory<byte> Bytes(int number) => _fields.Find(f => f.Number == number).Bytes;

    private static ulong Varint(ref ReadOnlyMemory<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = from.Span[0];
            from = from[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }
}
