using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HA.Core.Registry;

/// <summary>
/// A stored catalog as bytes: a line with the format, the length and the SHA-256 of what follows, then JSON. Pure.
/// </summary>
internal static class CatalogFile
{
    /// <summary>More is not read: a hundred thousand instances fit.</summary>
    internal const int MaxLength = 64 * 1024 * 1024;

    private const string Format = "ha-core-catalog 1";
    private const int MaxHeaderLength = 128;

    internal static byte[] Write(StoredCatalog stored)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("service", stored.Catalog.Service);
            json.WriteNumber("revision", stored.Catalog.Revision);
            json.WriteString("heardAt", stored.HeardAt);
            json.WriteStartArray("instances");
            foreach (var instance in stored.Catalog.Instances)
                json.WriteRawValue(InstanceJson.EncodeUtf8(instance), skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. Encoding.ASCII.GetBytes(HeaderOf(body.WrittenSpan)), .. body.WrittenSpan];
    }

    /// <exception cref="CatalogStoreException">It is no stored catalog of that service, or not a whole one.</exception>
    internal static StoredCatalog Read(string service, ReadOnlySpan<byte> file)
    {
        var end = file[..Math.Min(file.Length, MaxHeaderLength)].IndexOf((byte)'\n');
        if (end < 0 || !file.StartsWith("ha-core-catalog "u8)) throw new CatalogStoreException("It is no stored catalog.");
        var body = file[(end + 1)..];
        var header = file[..(end + 1)];
        if (!header.StartsWith("ha-core-catalog 1 "u8)) throw new CatalogStoreException($"Its format is not '{Format}'.");
        if (!header.SequenceEqual(Encoding.ASCII.GetBytes(HeaderOf(body))))
            throw new CatalogStoreException("Its checksum is not that of its content: it was torn or altered.");
        try
        {
            return ReadBody(service, body);
        }
        catch (Exception e) when (
            e is JsonException or ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CatalogStoreException($"Its content makes no sense: {e.Message}", e);
        }
    }

    private static StoredCatalog ReadBody(string service, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.GetProperty("service").GetString() != service) throw new CatalogStoreException("It is of another service.");
        var instances = root.GetProperty("instances").EnumerateArray().Select(element =>
            InstanceJson.Decode(service, element.GetProperty("id").GetString() ?? "", element.GetRawText())
                ?? throw new CatalogStoreException("It holds an instance that cannot be read."));
        var catalog = ServiceCatalog.Create(service, root.GetProperty("revision").GetInt64(), instances);
        return new StoredCatalog(catalog, root.GetProperty("heardAt").GetDateTimeOffset());
    }

    private static string HeaderOf(ReadOnlySpan<byte> body) => string.Create(
        CultureInfo.InvariantCulture, $"{Format} {body.Length} {Convert.ToHexStringLower(SHA256.HashData(body))}\n");
}
