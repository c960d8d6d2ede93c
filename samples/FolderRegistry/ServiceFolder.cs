using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HA.Core.Registry;

namespace HA.Core.Samples;

/// <summary>An entry: an instance and its lease, or the note that it left.</summary>
internal sealed record FolderEntry(ServiceInstance Instance, string Owner, string Lease, DateTimeOffset Due, bool HasLeft);

/// <summary>The files of one service, used while the lock is held.</summary>
internal sealed class ServiceFolder(string path, string service)
{
    private const int MaxFileLength = 1 << 20;

    private readonly string _revision = Path.Combine(path, "revision");

    // A digest is a fit name for a file, however long what it stands for is.
    internal static string PathOf(string root, string service)
    {
        ServiceInstance.RequireValidService(service);
        return Path.Combine(root, Digest(service));
    }

    internal FolderEntry? Find(string id) => Read(FileOf(id), id);

    /// <summary>Writes an entry beside its place, then moves it there: who is killed meanwhile leaves the former one.</summary>
    internal void Put(FolderEntry entry, bool isNews)
    {
        string[] lines =
        [
            entry.Owner, entry.Lease, entry.Due.ToString("O", CultureInfo.InvariantCulture), entry.HasLeft ? "left" : "there",
            entry.Instance.Id, InstanceJson.Encode(entry.Instance),
        ];
        // News first: a watch that sees the revision waits for the lock, and then finds the entry.
        if (isNews) Publish();
        Replace(FileOf(entry.Instance.Id), string.Join('\n', lines.Select(Escape)));
    }

    internal string NextLease() => Guid.NewGuid().ToString("N");

    internal void Expire(DateTimeOffset now)
    {
        foreach (var (file, entry) in Entries())
        {
            if (entry.Due > now) continue;
            // Who watches has nothing to learn from a forgotten departure.
            if (!entry.HasLeft) Publish();
            File.Delete(file);
        }
    }

    internal ServiceCatalog Catalog()
    {
        var entries = Entries().Select(static e => e.Entry).ToArray();
        return ServiceCatalog.Create(service, Revision(), entries.Where(static e => !e.HasLeft).Select(static e => e.Instance)) with
        {
            Departed = [.. entries.Where(static e => e.HasLeft).Select(static e => e.Instance.Id).Order(StringComparer.Ordinal)],
        };
    }

    private IEnumerable<(string File, FolderEntry Entry)> Entries()
    {
        foreach (var file in Directory.GetFiles(path, "*.entry"))
        {
            if (Read(file, null) is { } entry) yield return (file, entry);
        }
    }

    // What cannot be read is nobody's: it is passed over, and written over when its id is registered.
    private FolderEntry? Read(string file, string? id)
    {
        if (!File.Exists(file) || new FileInfo(file).Length > MaxFileLength) return null;
        var lines = File.ReadAllText(file).Split('\n').Select(Unescape).ToArray();
        if (lines.Length != 6 || (id is not null && lines[4] != id)) return null;
        var isDated = DateTimeOffset.TryParseExact(lines[2], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due);
        return isDated && InstanceJson.Decode(service, lines[4], lines[5]) is { } instance
            ? new FolderEntry(instance, lines[0], lines[1], due, lines[3] == "left")
            : null;
    }

    private long Revision() =>
        File.Exists(_revision) && long.TryParse(File.ReadAllText(_revision), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;

    private void Publish() => Replace(_revision, (Revision() + 1).ToString(CultureInfo.InvariantCulture));

    private string FileOf(string id) => Path.Combine(path, $"{Digest(id)}.entry");

    private static void Replace(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Escape(string line) => line.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string Unescape(string line) =>
        string.Join('\\', line.Split(@"\\").Select(static part => part.Replace(@"\n", "\n", StringComparison.Ordinal)));
}
