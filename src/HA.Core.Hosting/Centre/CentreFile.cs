using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HA.Core.Hosting.Centre;

/// <summary>What a centre said last, as a file.</summary>
/// <remarks>
/// Written beside its place, flushed to the disk and renamed, so there is the former file or the new one. Readable by its
/// owner only; a folder that others may write to is refused, since whoever writes there configures the program.
/// </remarks>
internal sealed class CentreFile(string folder, string centre, CentreLimits limits)
{
    private const string Format = "ha-core-configuration 1";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _folder = Path.GetFullPath(folder);

    private string File => Path.Combine(
        _folder, $"configuration-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(centre)))[..16]}.json");

    /// <summary>The keys that were kept; null if there are none.</summary>
    /// <exception cref="CentreException">What is there is not used.</exception>
    internal SortedDictionary<string, string?>? Load()
    {
        try
        {
            if (!System.IO.File.Exists(File)) return null;
            RefuseOpenFolder();
            // Escapes may make a text six times as long.
            if (new FileInfo(File).Length > limits.MaxBytes * 8L) throw new CentreException($"'{File}' is not used: it is too long.");
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format || root.GetProperty("centre").GetString() != centre)
                throw new CentreException($"'{File}' is not used: it is of another format or centre.");
            var keys = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            foreach (var pair in root.GetProperty("keys").EnumerateObject()) keys[pair.Name] = pair.Value.GetString();
            return keys.Count <= limits.MaxKeys ? keys : throw new CentreException($"'{File}' is not used: it has too many keys.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw new CentreException($"'{File}' is not used: {e.Message}", e);
        }
    }

    /// <exception cref="CentreException">It could not be kept.</exception>
    internal void Save(IReadOnlyDictionary<string, string?> keys)
    {
        var temporary = $"{File}.{Path.GetRandomFileName()}.tmp";
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
            else Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
            RefuseOpenFolder();
            try
            {
                Write(temporary, keys);
                System.IO.File.Move(temporary, File, overwrite: true);
            }
            catch
            {
                System.IO.File.Delete(temporary);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CentreException($"'{File}' could not be written: {e.Message}", e);
        }
    }

    private void Write(string path, IReadOnlyDictionary<string, string?> keys)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("centre", centre);
            json.WriteStartObject("keys");
            foreach (var (key, value) in keys) json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        file.Flush(flushToDisk: true);
    }

    private void RefuseOpenFolder()
    {
        if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(_folder) & WritableByOthers) != UnixFileMode.None)
            throw new CentreException($"'{_folder}' is not used. Others may write to it: chmod go-w it, or name another folder.");
    }
}
