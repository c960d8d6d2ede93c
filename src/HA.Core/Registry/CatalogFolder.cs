namespace HA.Core.Registry;

/// <summary>Stored catalogs as files in a folder, one for each service.</summary>
/// <remarks>
/// <para>A file is written beside its place, flushed to the disk and renamed: a process that is killed, and a machine that
/// loses its power, leave the former file or the new one. It carries a checksum; one that does not fit is not used. File and
/// folder are readable by their owner only; the folder is created when it is first written to, and one that others may write
/// to is refused, since whoever writes there says where calls go. Addresses and metadata are stored as the registry tells
/// them, credentials never.</para>
/// <para>Safe for concurrent use, and several processes may share a folder.</para>
/// </remarks>
public sealed class CatalogFolder : ICatalogStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // What a process left behind that was killed while it wrote.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    // Of this object alone, so that processes that share the folder do not write into one another's file.
    private readonly string _suffix = $".{System.IO.Path.GetRandomFileName()}.tmp";

    /// <summary>Keeps catalogs in a folder.</summary>
    /// <param name="path">The folder; it need not exist yet. Relative paths count from the current directory.</param>
    public CatalogFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public StoredCatalog? Load(string service)
    {
        var path = PathOf(service);
        if (!File.Exists(path)) return null;
        RefuseOpenFolder();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (file.Length > CatalogFile.MaxLength)
            throw new CatalogStoreException($"'{path}' is not used. It has {file.Length} bytes; at most {CatalogFile.MaxLength} are read.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        try
        {
            return CatalogFile.Read(service, bytes);
        }
        catch (CatalogStoreException e)
        {
            throw new CatalogStoreException($"'{path}' is not used. {e.Message}", e.InnerException);
        }
    }

    /// <inheritdoc/>
    public void Save(StoredCatalog stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var path = PathOf(stored.Catalog.Service);
        var bytes = CatalogFile.Write(stored);
        lock (_gate)
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
            else Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
            RefuseOpenFolder();
            var temporary = path + _suffix;
            try
            {
                WriteThrough(temporary, bytes);
                DeleteAbandoned(path, File.GetLastWriteTimeUtc(temporary) - Abandoned);
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
    }

    // Names of services are lower case and without separators; with something before and behind them they are fit for every
    // file system, and none is a name that Windows keeps for itself.
    private string PathOf(string service) => System.IO.Path.Combine(Path, $"service-{InstanceRules.ServiceName(service)}.catalog");

    private static void WriteThrough(string path, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    // By the file system's own clock: the file that was just written tells the time.
    private void DeleteAbandoned(string path, DateTime before)
    {
        foreach (var file in Directory.EnumerateFiles(Path, $"{System.IO.Path.GetFileName(path)}.*.tmp"))
        {
            if (File.GetLastWriteTimeUtc(file) < before) File.Delete(file);
        }
    }

    private void RefuseOpenFolder()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & WritableByOthers) != UnixFileMode.None)
            throw new CatalogStoreException($"'{Path}' is not used. Others may write to it: chmod go-w it, or name another folder.");
    }
}
