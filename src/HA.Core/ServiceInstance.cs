using System.Collections.Immutable;

namespace HA.Core;

/// <summary>One running copy of a service, as a registry describes it.</summary>
/// <remarks>
/// Immutable, compared by value, and valid by construction: every property is checked when it is set, so an instance
/// that exists can be written to any registry and put into a URI. Data from a registry is untrusted; decoding it through
/// this type is the check. Safe for concurrent use.
/// </remarks>
public sealed class ServiceInstance : IEquatable<ServiceInstance>
{
    /// <summary>The weight of an instance that names none.</summary>
    public const int DefaultWeight = 1;

    /// <summary>The scheme of an instance that names none.</summary>
    public const string DefaultScheme = "http";

    /// <summary>Whether a text may be the id of an instance.</summary>
    public static bool IsValidId(string? id) => InstanceRules.IsId(id);

    /// <summary>Requires that a text may be the name of a service.</summary>
    /// <exception cref="ArgumentException">It may not; the message says what would do.</exception>
    public static void RequireValidService(string service) => _ = InstanceRules.ServiceName(service);

    /// <summary>Creates an instance.</summary>
    /// <param name="service">Name of the service: lower-case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <param name="id">Name of this copy, unique within the service.</param>
    /// <param name="address">An IP address or a host name; no port, no scheme.</param>
    /// <param name="port">1 to 65535.</param>
    /// <exception cref="ArgumentException">A value is not usable; the message says what would be.</exception>
    public ServiceInstance(string service, string id, string address, int port)
    {
        Service = InstanceRules.ServiceName(service);
        Id = InstanceRules.Id(id);
        Address = InstanceRules.Address(address);
        Port = InstanceRules.Port(port);
    }

    private ServiceInstance(ServiceInstance other)
    {
        Service = other.Service;
        Id = other.Id;
        Address = other.Address;
        Port = other.Port;
        Scheme = other.Scheme;
        Weight = other.Weight;
        Tags = other.Tags;
        Zone = other.Zone;
        Version = other.Version;
        Metadata = other.Metadata;
        HealthCheckUrl = other.HealthCheckUrl;
        RegisteredAt = other.RegisteredAt;
        Status = other.Status;
    }

    /// <summary>Name of the service.</summary>
    public string Service { get; }

    /// <summary>Name of this copy, unique within its service.</summary>
    public string Id { get; }

    /// <summary>IP address or host name.</summary>
    public string Address { get; }

    /// <summary>Port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>URI scheme in lower case.</summary>
    /// <value>The default is <c>http</c>.</value>
    public string Scheme { get; init => field = InstanceRules.Scheme(value); } = DefaultScheme;

    /// <summary>Share of traffic relative to the other instances; 0 asks for none while others are left.</summary>
    /// <value>The default is 1; at most 1 000 000.</value>
    public int Weight { get; init => field = InstanceRules.Weight(value); } = DefaultWeight;

    /// <summary>Free labels, in the order given.</summary>
    public ImmutableArray<string> Tags { get; init => field = InstanceRules.Tags(value); } = [];

    /// <summary>Failure domain (availability zone, rack), or null.</summary>
    public string? Zone { get; init => field = InstanceRules.Label(value, nameof(Zone)); }

    /// <summary>Version of the software, or null.</summary>
    public string? Version { get; init => field = InstanceRules.Label(value, nameof(Version)); }

    /// <summary>Free key-value pairs, in ordinal order of their keys.</summary>
    public ImmutableSortedDictionary<string, string> Metadata
    {
        get;
        init => field = InstanceRules.Metadata(value);
    } = InstanceRules.NoMetadata;

    /// <summary>Where to ask for health: a path on this instance such as <c>/health</c>, an absolute URL, or null.</summary>
    public string? HealthCheckUrl { get; init => field = InstanceRules.HealthCheckUrl(value); }

    /// <summary>When this instance was first registered, by the registry's clock; null before it is.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>What the instance, or an operator, says of it in the registry.</summary>
    /// <value>The default is <see cref="ServiceStatus.Up"/>.</value>
    public ServiceStatus Status { get; init => field = InstanceRules.Status(value); }

    /// <summary>Scheme, address and port as a URI that ends with a slash.</summary>
    public Uri BaseUri => field ??= InstanceRules.BaseUri(Scheme, Address, Port);

    /// <summary>The same instance with another registration time.</summary>
    public ServiceInstance WithRegisteredAt(DateTimeOffset? value) => new(this) { RegisteredAt = value };

    /// <summary>The same instance with another status.</summary>
    public ServiceInstance WithStatus(ServiceStatus value) => new(this) { Status = value };

    /// <summary>The same instance with another weight.</summary>
    public ServiceInstance WithWeight(int value) => new(this) { Weight = value };

    /// <summary>Whether both name the same process: service, id, scheme, address and port agree.</summary>
    public bool IsSameProcess(ServiceInstance other) =>
        Service == other.Service && Id == other.Id && Scheme == other.Scheme && Address == other.Address
        && Port == other.Port;

    /// <inheritdoc/>
    public bool Equals(ServiceInstance? other) =>
        ReferenceEquals(this, other)
        || (other is not null && IsSameProcess(other) && Weight == other.Weight && Zone == other.Zone
            && Version == other.Version && HealthCheckUrl == other.HealthCheckUrl && Status == other.Status
            && RegisteredAt == other.RegisteredAt && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan())
            && (ReferenceEquals(Metadata, other.Metadata)
                || (Metadata.Count == other.Metadata.Count && Metadata.SequenceEqual(other.Metadata))));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServiceInstance);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)StableHash.Of(Service, StableHash.Of(Id));

    /// <summary>For people: <c>orders/orders-1 (http://10.0.0.5:8080)</c>.</summary>
    public override string ToString() => $"{Service}/{Id} ({BaseUri.GetLeftPart(UriPartial.Authority)})";
}
