using System.Collections.Immutable;
using HA.Core.Registry;
using static HA.Core.Hosting.Settings.InPlace<HA.Core.Hosting.SelfRegistrationOptions>;

namespace HA.Core.Hosting.Settings;

/// <summary>The keys of <see cref="SelfRegistrationOptions"/>, in <c>HA:Registration</c>.</summary>
internal static class RegistrationSettings
{
    private static readonly SettingTable<RegistrationOptions> Lease = new SettingTable<RegistrationOptions>(static () => new())
        .Duration("TimeToLive", static o => o.TimeToLive, static (o, v) => o with { TimeToLive = v })
        .Duration("FirstBackoff", static o => o.FirstBackoff, static (o, v) => o with { FirstBackoff = v })
        .Duration("RequestTimeout", static o => o.RequestTimeout, static (o, v) => o with { RequestTimeout = v })
        .Duration("DeregisterTimeout", static o => o.DeregisterTimeout, static (o, v) => o with { DeregisterTimeout = v });

    private static readonly SettingTable<DrainOptions> Drain = new SettingTable<DrainOptions>(static () => new())
        .Duration("PropagationTime", static o => o.PropagationTime, static (o, v) => o with { PropagationTime = v })
        .Duration("InFlightTimeout", static o => o.InFlightTimeout, static (o, v) => o with { InFlightTimeout = v });

    internal static SettingTable<SelfRegistrationOptions> Table { get; } = new SettingTable<SelfRegistrationOptions>(static () => new())
        .Text("Service", static o => o.Service, Set<string>(static (o, v) => o.Service = v), "catalog")
        .OptionalText("Id", static o => o.Id, Set<string?>(static (o, v) => o.Id = v), "catalog-1")
        .OptionalText("Address", static o => o.Address, Set<string?>(static (o, v) => o.Address = v), "10.0.0.5")
        .Whole("Port", static o => o.Port, Set<int>(static (o, v) => o.Port = v), 8080)
        .OptionalText("Scheme", static o => o.Scheme, Set<string?>(static (o, v) => o.Scheme = v), "https")
        .OptionalText("Zone", static o => o.Zone, Set<string?>(static (o, v) => o.Zone = v), "eu-1")
        .OptionalText("Version", static o => o.Version, Set<string?>(static (o, v) => o.Version = v), "1.4.0")
        .Whole("Weight", static o => o.Weight, Set<int>(static (o, v) => o.Weight = v))
        .Texts("Tags", static o => o.Tags, Set<ImmutableArray<string>>(static (o, v) => o.Tags = v), "green, canary")
        .Pairs("Metadata", Set<ImmutableSortedDictionary<string, string>>(static (o, v) => o.Metadata = v))
        .OptionalText("HealthCheckUrl", static o => o.HealthCheckUrl, Set<string?>(static (o, v) => o.HealthCheckUrl = v), "/health")
        .OptionalText("Registry", static o => o.Registry, Set<string?>(static (o, v) => o.Registry = v), "etcd")
        .Section("Lease", Lease, static o => o.Lease, Set<RegistrationOptions>(static (o, v) => o.Lease = v))
        .Section("Drain", Drain, static o => o.Drain, Set<DrainOptions>(static (o, v) => o.Drain = v));
}
