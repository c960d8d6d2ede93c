using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HA.Core.Redis;

/// <summary>An instance as it is written, without the time of its registration, which the server gives.</summary>
internal sealed class InstanceDocument
{
    private const int CurrentFormat = 1;

    [JsonPropertyName("v")]
    public int Format { get; set; }

    public string? Service { get; set; }

    public string? Id { get; set; }

    public string? Address { get; set; }

    public int Port { get; set; }

    public string? Scheme { get; set; }

    public int Weight { get; set; } = ServiceInstance.DefaultWeight;

    public string[]? Tags { get; set; }

    public string? Zone { get; set; }

    public string? Version { get; set; }

    public SortedDictionary<string, string>? Metadata { get; set; }

    public string? HealthCheckUrl { get; set; }

    public ServiceStatus Status { get; set; }

    internal static string Encode(ServiceInstance instance) => JsonSerializer.Serialize(
        new InstanceDocument
        {
            Format = CurrentFormat,
            Service = instance.Service,
            Id = instance.Id,
            Address = instance.Address,
            Port = instance.Port,
            Scheme = instance.Scheme,
            Weight = instance.Weight,
            Tags = instance.Tags.IsEmpty ? null : [.. instance.Tags],
            Zone = instance.Zone,
            Version = instance.Version,
            Metadata = instance.Metadata.IsEmpty ? null : new SortedDictionary<string, string>(instance.Metadata, StringComparer.Ordinal),
            HealthCheckUrl = instance.HealthCheckUrl,
            Status = instance.Status,
        },
        InstanceDocumentContext.Default.InstanceDocument);

    /// <summary>The instance, or null if this is none of that service and id: whatever is in the server is not trusted.</summary>
    internal static ServiceInstance? Decode(string service, string id, string json, DateTimeOffset registeredAt)
    {
        try
        {
            var document = JsonSerializer.Deserialize(json, InstanceDocumentContext.Default.InstanceDocument);
            if (document is not { Format: CurrentFormat } || document.Service != service || document.Id != id) return null;
            return new ServiceInstance(service, id, document.Address!, document.Port)
            {
                Scheme = document.Scheme ?? ServiceInstance.DefaultScheme,
                Weight = document.Weight,
                Tags = [.. document.Tags ?? []],
                Zone = document.Zone,
                Version = document.Version,
                Metadata = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, document.Metadata ?? []),
                HealthCheckUrl = document.HealthCheckUrl,
                Status = document.Status,
                RegisteredAt = registeredAt,
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException or NullReferenceException)
        {
            return null;
        }
    }
}

/// <summary>Generated at build time: nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceDocument))]
internal sealed partial class InstanceDocumentContext : JsonSerializerContext;
