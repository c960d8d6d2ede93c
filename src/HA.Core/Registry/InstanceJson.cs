using System.Text.Json;

namespace HA.Core.Registry;

/// <summary>
/// An instance as JSON, format 1: what registries without a form of their own keep. Fields that a reader does not know are
/// passed over; another format is no instance to it.
/// </summary>
public static class InstanceJson
{
    /// <summary>The instance as JSON text.</summary>
    public static string Encode(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return JsonSerializer.Serialize(InstanceDocument.Of(instance), InstanceDocumentContext.Default.InstanceDocument);
    }

    /// <summary>The instance as JSON in UTF-8.</summary>
    public static byte[] EncodeUtf8(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return JsonSerializer.SerializeToUtf8Bytes(InstanceDocument.Of(instance), InstanceDocumentContext.Default.InstanceDocument);
    }

    /// <summary>
    /// The instance that a text describes, or null if it is none of that service and id: whatever comes from a registry is
    /// not trusted. Never throws on any input.
    /// </summary>
    public static ServiceInstance? Decode(string service, string id, ReadOnlySpan<char> json) =>
        Validate(service, id, json, static j => JsonSerializer.Deserialize(j, InstanceDocumentContext.Default.InstanceDocument));

    /// <inheritdoc cref="Decode(string, string, ReadOnlySpan{char})"/>
    public static ServiceInstance? Decode(string service, string id, ReadOnlySpan<byte> utf8Json) =>
        Validate(service, id, utf8Json, static j => JsonSerializer.Deserialize(j, InstanceDocumentContext.Default.InstanceDocument));

    private static ServiceInstance? Validate<T>(
        string service, string id, ReadOnlySpan<T> json, Func<ReadOnlySpan<T>, InstanceDocument?> read)
    {
        try
        {
            var document = read(json);
            return document is { Format: InstanceDocument.CurrentFormat } && document.Service == service && document.Id == id
                ? document.ToInstance()
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException or NullReferenceException)
        {
            return null;
        }
    }
}
