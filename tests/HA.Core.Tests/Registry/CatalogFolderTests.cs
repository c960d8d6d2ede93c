using System.Text;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Registry;

public sealed class CatalogFolderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _parent = Directory.CreateTempSubdirectory("ha-core-catalogs-").FullName;
    private readonly CatalogFolder _folder;

    public CatalogFolderTests() => _folder = new CatalogFolder(Path.Combine(_parent, "catalogs"));

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private static StoredCatalog Stored(long revision, params int[] numbers) =>
        new(Orders.Catalog(revision, [.. numbers.Select(static n => Orders.Instance(n))]), Noon);

    private string OnlyFile => Assert.Single(Directory.GetFiles(_folder.Path));

    [Fact]
    public void Load_NothingSaved_IsNull() => Assert.Null(_folder.Load(Orders.Service));

    [Fact]
    public void Load_InAnotherProcess_IsWhatWasSaved()
    {
        _folder.Save(Stored(1, 1));
        _folder.Save(Stored(7, 1, 2, 3));
        var read = new CatalogFolder(_folder.Path).Load(Orders.Service)!;

        Assert.Equal((7, Noon), (read.Catalog.Revision, read.HeardAt));
        Assert.True(Stored(7, 1, 2, 3).Catalog.Instances.SequenceEqual(read.Catalog.Instances));
        Assert.EndsWith("service-orders.catalog", OnlyFile, StringComparison.Ordinal);
        Assert.Null(_folder.Load("order"));
    }

    [Fact]
    public void Save_Files_AreReadableByTheirOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Save(Stored(1, 1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(OnlyFile));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public void Folder_ThatOthersMayWriteTo_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Save(Stored(1, 1));
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherWrite);
        Assert.Contains("chmod", Assert.Throws<CatalogStoreException>(() => _folder.Load(Orders.Service)).Message, StringComparison.Ordinal);
        Assert.Throws<CatalogStoreException>(() => _folder.Save(Stored(2, 1)));
    }

    [Fact]
    public void Save_Interrupted_LeavesTheFormerFile()
    {
        _folder.Save(Stored(1, 1));
        // As much of the next one as had been written when the process was killed.
        var half = CatalogFile.Write(Stored(2, 1, 2)).AsSpan(0, 100).ToArray();
        File.WriteAllBytes(OnlyFile + ".1a2b3c.tmp", half);
        Assert.Equal(1, _folder.Load(Orders.Service)!.Catalog.Revision);

        _folder.Save(Stored(3, 1));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
        File.SetLastWriteTimeUtc(Directory.GetFiles(_folder.Path, "*.tmp").Single(), DateTime.UtcNow.AddHours(-2));
        _folder.Save(Stored(4, 1));
        Assert.Equal(4, _folder.Load(Orders.Service)!.Catalog.Revision);
        Assert.EndsWith(".catalog", OnlyFile, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_IntoAFolderThatCannotBe_Throws()
    {
        var file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");
        Assert.ThrowsAny<IOException>(() => new CatalogFolder(file).Save(Stored(1, 1)));
    }

    [Fact]
    public void File_OfAnotherService_IsRefused()
    {
        _folder.Save(Stored(1, 1));
        File.Copy(OnlyFile, OnlyFile.Replace("orders", "stock", StringComparison.Ordinal));
        var error = Assert.Throws<CatalogStoreException>(() => _folder.Load("stock"));
        Assert.Contains("another service", error.Message, StringComparison.Ordinal);
        Assert.Contains("service-stock.catalog", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_TooLarge_IsRefusedUnread()
    {
        _folder.Save(Stored(1, 1));
        using (var file = new FileStream(OnlyFile, FileMode.Open)) file.SetLength(CatalogFile.MaxLength + 1L);
        Assert.Contains("at most", Assert.Throws<CatalogStoreException>(() => _folder.Load(Orders.Service)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData(" ")]
    public void Folder_WithoutAPath_Throws(string path) => Assert.ThrowsAny<ArgumentException>(() => new CatalogFolder(path));

    [Theory, InlineData("../evil"), InlineData("a/b"), InlineData("")]
    public void Service_ThatIsNoName_IsRefused(string service) => Assert.ThrowsAny<ArgumentException>(() => _folder.Load(service));

    [Fact]
    public async Task Writers_AtOnce_NeverShowATornFile()
    {
        var other = new CatalogFolder(_folder.Path);
        var writers = new[] { _folder, other, other }.Select((folder, w) => Task.Run(() =>
        {
            for (var i = 0; i < 60; i++) folder.Save(Stored(w + 1, [.. Enumerable.Range(1, 1 + ((i * 37) % 100))]));
        })).ToArray();
        var writing = Task.WhenAll(writers);
        var reads = 0;
        while (!writing.IsCompleted)
        {
            if (_folder.Load(Orders.Service) is { } read) reads += read.Catalog.Revision is >= 1 and <= 3 ? 1 : throw new InvalidOperationException();
        }

        await writing;
        Assert.True(reads > 0);
        Assert.NotNull(_folder.Load(Orders.Service));
    }

    [Fact]
    public void File_ForPeople_SaysWhatItIs()
    {
        _folder.Save(Stored(1, 1));
        var lines = File.ReadAllText(OnlyFile, Encoding.UTF8).Split('\n');
        Assert.StartsWith("ha-core-catalog 1 ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"service\":\"orders\",\"revision\":1,\"heardAt\":\"2026-03-01T12:00:00", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }
}
