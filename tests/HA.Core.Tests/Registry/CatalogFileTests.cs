using System.Text;
using FsCheck.Fluent;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Registry;

/// <summary>Whatever becomes of the bytes: what is read is what was written, or nothing is.</summary>
public class CatalogFileTests
{
    private static readonly StoredCatalog Stored = new(
        Orders.Catalog(42, Orders.Instance(1), Orders.Instance(2), Orders.Instance(3)), new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static readonly byte[] Whole = CatalogFile.Write(Stored);

    [Fact]
    public void Read_Whole_IsWhatWasWritten() => Assert.True(IsRight(CatalogFile.Read(Orders.Service, Whole)));

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        for (var length = 0; length < Whole.Length; length++) Assert.True(IsRefused(Whole[..length]), $"{length}");
    }

    [Fact]
    public void Read_AnyBitFlipped_IsRefused()
    {
        for (var bit = 0; bit < Whole.Length * 8; bit++)
        {
            byte[] flipped = [.. Whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(IsRefused(flipped), $"bit {bit}");
        }
    }

    [Fact]
    public void Read_SpoiltInAnyWay_IsRefusedOrRight()
    {
        var damages =
            from at in Gen.Choose(0, Whole.Length)
            from removed in Gen.Choose(0, 64)
            from inserted in Gen.Choose(0, 255).Select(static b => (byte)b).ArrayOf()
            select (at, removed, inserted);
        Prop.ForAll(damages.ToArbitrary(), static d =>
        {
            byte[] spoilt = [.. Whole.AsSpan(0, d.at), .. d.inserted, .. Whole.AsSpan(Math.Min(Whole.Length, d.at + d.removed))];
            return IsRefused(spoilt) || spoilt.AsSpan().SequenceEqual(Whole);
        }).Check(5000);
    }

    [Fact]
    public void Read_AnyBytes_AreRefused() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(static b => (byte)b).ArrayOf().ToArbitrary(), static bytes => IsRefused(bytes)).Check(2000);

    // A checksum that fits says who wrote it, not that it makes sense.
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"service\":\"orders\",\"revision\":1,\"heardAt\":\"2026-03-01T12:00:00Z\",\"instances\":{}}")]
    [InlineData("{\"service\":\"orders\",\"revision\":1.5,\"heardAt\":\"2026-03-01T12:00:00Z\",\"instances\":[]}")]
    [InlineData("{\"service\":\"orders\",\"revision\":1,\"heardAt\":\"yesterday\",\"instances\":[]}")]
    [InlineData("{\"service\":\"orders\",\"revision\":1,\"heardAt\":\"2026-03-01T12:00:00Z\",\"instances\":[null]}")]
    [InlineData("{\"service\":\"orders\",\"revision\":1,\"heardAt\":\"2026-03-01T12:00:00Z\",\"instances\":[{\"id\":\"a\"}]}")]
    [InlineData("{\"service\":\"\\ud800\",\"revision\":1,\"heardAt\":\"2026-03-01T12:00:00Z\",\"instances\":[]}")]
    public void Read_NonsenseWithARightChecksum_IsRefused(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        Assert.True(IsRefused([.. Encoding.ASCII.GetBytes($"ha-core-catalog 1 {bytes.Length} {hash}\n"), .. bytes]));
    }

    [Fact]
    public void Read_AnotherFormat_SaysSo()
    {
        var later = Encoding.ASCII.GetBytes("ha-core-catalog 2 0 00\n");
        var error = Assert.Throws<CatalogStoreException>(() => CatalogFile.Read(Orders.Service, later));
        Assert.Contains("format", error.Message, StringComparison.Ordinal);
    }

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            CatalogFile.Read(Orders.Service, bytes);
            return false;
        }
        catch (CatalogStoreException)
        {
            return true;
        }
    }

    private static bool IsRight(StoredCatalog read) =>
        read.HeardAt == Stored.HeardAt && read.Catalog.Revision == 42 && read.Catalog.Instances.SequenceEqual(Stored.Catalog.Instances);
}
