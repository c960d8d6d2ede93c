using System.Buffers;
using System.Text.Json;
using HA.Core.Registry;

namespace HA.Core.Etcd;

/// <summary>What the value of an instance's key holds: <c>{"owner":"...","instance":{...}}</c>.</summary>
internal static class EntryJson
{
    internal static byte[] Encode(string owner, ServiceInstance instance)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("owner", owner);
            json.WritePropertyName("instance");
            json.WriteRawValue(InstanceJson.EncodeUtf8(instance));
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Who wrote an entry, and what; null for what cannot be read. Never throws on any input.</summary>
    internal static (string? Owner, ServiceInstance? Instance) Decode(string service, string id, ReadOnlySpan<byte> value)
    {
        string? owner = null;
        ServiceInstance? instance = null;
        try
        {
            var json = new Utf8JsonReader(value);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return default;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isOwner = json.ValueTextEquals("owner"u8);
                var isInstance = json.ValueTextEquals("instance"u8);
                json.Read();
                var start = (int)json.TokenStartIndex;
                if (isOwner && json.TokenType == JsonTokenType.String) owner = json.GetString();
                json.Skip();
                if (isInstance) instance = InstanceJson.Decode(service, id, value[start..(int)json.BytesConsumed]);
            }

            // What stands behind the end makes it no JSON.
            while (json.Read()) { }
            return (owner, owner is null ? null : instance);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
