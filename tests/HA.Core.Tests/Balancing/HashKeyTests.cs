using System.Buffers.Binary;
using System.Text;
using HA.Core.Balancing;

namespace HA.Core.Tests.Balancing;

public class HashKeyTests
{
    // Published with the xxHash specification and by its bindings.
    [Theory]
    [InlineData("", 0ul, 0xEF46DB3751D8E999ul)]
    [InlineData("a", 0ul, 0xD24EC4F1A98C6E5Bul)]
    [InlineData("abc", 0ul, 0x44BC2CF5AD770999ul)]
    [InlineData("xxhash", 0ul, 0x32DD38952C4BC720ul)]
    [InlineData("xxhash", 20141025ul, 0xB559B98D844E0635ul)]
    [InlineData("Nobody inspects the spammish repetition", 0ul, 0xFBCEA83C8A378BF1ul)]
    public void Xxh64_PublishedVectors_AreMet(string text, ulong seed, ulong expected) =>
        Assert.Equal(expected, HashKey.Xxh64(Encoding.ASCII.GetBytes(text), seed));

    [Fact]
    public void Of_KeyAndSeed_IsXxh64OfItsBytes()
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var key in new ulong[] { 0, 1, 42, ulong.MaxValue })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, key);
            Assert.Equal(HashKey.Xxh64(bytes, 7), HashKey.Of(key, 7));
        }
    }

    [Fact]
    public void Of_Text_IsOfItsUtf16Bytes()
    {
        Assert.Equal(HashKey.Of(Encoding.Unicode.GetBytes("größe")), HashKey.Of("größe"));
        Assert.NotEqual(0ul, HashKey.Of(""));
    }
}
