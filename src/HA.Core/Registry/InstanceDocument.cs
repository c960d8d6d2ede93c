using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace HA.Core.Registry;

/// <summary>The fields of an instance as <see cref="InstanceJson"/> writes them.</summary>
internal sealed class InstanceDocument
{
    internal const int CurrentFormat = 1;

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

    public DateTimeOffset? RegisteredAt { get; set; }

    public ServiceStatus Status { get; set; }

    internal static InstanceDocument Of(ServiceInstance instance) => new()
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
        RegisteredAt = instance.RegisteredAt,
        Status = instance.Status,
    };

    internal ServiceInstance ToInstance() => new(Service!, Id!, Address!, Port)
    {
        Scheme = Scheme ?? ServiceInstance.DefaultScheme,
        Weight = Weight,
        Tags = [.. Tags ?? []],
        Zone = Zone,
        Version = Version,
        Metadata = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Metadata ?? []),
        HealthCheckUrl = HealthCheckUrl,
        RegisteredAt = RegisteredAt,
        Status = Status,
    };
}

/// <summary>Generated at build time: nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceDocument))]
internal sealed partial class InstanceDocumentContext : JsonSerializerContext;
