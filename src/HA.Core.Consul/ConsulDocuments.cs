using System.Text.Json.Serialization;

namespace HA.Core.Consul;

// What Consul sends and takes, as far as it is used. Whatever may be missing in an answer is nullable: it is untrusted.

/// <summary>One instance in <c>/v1/health/service</c>.</summary>
internal sealed record HealthDocument(NodeDocument? Node, ServiceDocument? Service, CheckDocument?[]? Checks);

/// <summary>One instance in <c>/v1/agent/health/service/id</c>.</summary>
internal sealed record LocalDocument(ServiceDocument? Service, CheckDocument?[]? Checks);

internal sealed record NodeDocument([property: JsonPropertyName("Node")] string? Name, string? Address);

internal sealed record ServiceDocument(
    [property: JsonPropertyName("ID")] string? Id, string?[]? Tags, string? Address, int Port, Dictionary<string, string?>? Meta,
    WeightsDocument? Weights, long CreateIndex);

internal sealed record WeightsDocument(int Passing, int Warning);

internal sealed record CheckDocument([property: JsonPropertyName("CheckID")] string? Id, string? Node, string? Status);

/// <summary>The body of <c>/v1/agent/service/register</c>.</summary>
internal sealed record RegistrationDocument(
    [property: JsonPropertyName("ID")] string Id, string Name, string[] Tags, string Address, int Port,
    SortedDictionary<string, string> Meta, WeightsDocument Weights, TtlCheckDocument Check);

internal sealed record TtlCheckDocument(
    [property: JsonPropertyName("CheckID")] string Id, string Name, [property: JsonPropertyName("TTL")] string TimeToLive, string Status,
    string DeregisterCriticalServiceAfter);

/// <summary>One key of <c>/v1/kv</c>; JSON carries the value in base64.</summary>
internal sealed record KeyDocument(string? Key, byte[]? Value);

internal sealed record SessionDocument(
    string Name, [property: JsonPropertyName("TTL")] string TimeToLive, string Behavior, string LockDelay, string[] NodeChecks);

internal sealed record SessionReply([property: JsonPropertyName("ID")] string? Id);

internal sealed record TransactionStep([property: JsonPropertyName("KV")] KeyStep Key);

internal sealed record KeyStep(string Verb, string Key, byte[]? Value = null, string? Session = null);

/// <summary>A question, and its answer, which has the last value.</summary>
internal sealed record AccessDocument(string Resource, string Access, string Segment, bool? Allow = null);

/// <summary>Generated at build time: nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthDocument[]))]
[JsonSerializable(typeof(LocalDocument))]
[JsonSerializable(typeof(RegistrationDocument))]
[JsonSerializable(typeof(KeyDocument[]))]
[JsonSerializable(typeof(NodeDocument[]))]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(SessionReply))]
[JsonSerializable(typeof(TransactionStep[]))]
[JsonSerializable(typeof(AccessDocument[]))]
internal sealed partial class ConsulDocumentContext : JsonSerializerContext;
