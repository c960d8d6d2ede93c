using System.Collections.Immutable;

namespace HA.Core.Conformance;

/// <summary>Instances whose values a store may spoil: unicode, separators, brackets, zeros, nothing at all.</summary>
internal static class SampleInstances
{
    internal static IEnumerable<ServiceInstance> Of(string service) =>
    [
        new(service, "bare", "10.0.0.5", 1),
        new(service, "full", "orders.internal", 65535)
        {
            Scheme = "https",
            Weight = 1_000_000,
            Tags = ["b", "a", "b", "with space", "a,b;c=d", "{\"json\":true}", "größe", "\u65e5\u672c\u8a9e \ud83d\ude00"],
            Zone = "eu-west-1a / r\u00e4ck 7",
            Version = "1.2.3-beta+build.5",
            Metadata = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, string>[]
            {
                new("key", "value"), new("KEY", "another"), new("empty", ""), new("a/b:c=d", "x=y&z \"quoted\" \\ back"),
                new("\u00fcnic\u00f6de", "\ud83c\udf0d"), new("long", new string('v', 1000)),
            }),
            HealthCheckUrl = "/health?deep=1&x=%20",
            Status = ServiceStatus.Up,
        },
        new(service, "v6", "2001:db8::1", 443) { Scheme = "https", HealthCheckUrl = "https://[2001:db8::1]:8443/up" },
        new(service, "idle", "10.0.0.6", 80) { Weight = 0 },
        new(service, "draining", "10.0.0.7", 80) { Status = ServiceStatus.Draining },
        new(service, "down", "10.0.0.8", 80) { Status = ServiceStatus.Down },
    ];

    /// <summary>The first property that differs, by name.</summary>
    internal static string Difference(ServiceInstance written, ServiceInstance read)
    {
        if (!written.IsSameProcess(read)) return "scheme, address or port";
        if (written.Weight != read.Weight) return nameof(ServiceInstance.Weight);
        if (written.Status != read.Status) return nameof(ServiceInstance.Status);
        if (written.Zone != read.Zone) return nameof(ServiceInstance.Zone);
        if (written.Version != read.Version) return nameof(ServiceInstance.Version);
        if (written.HealthCheckUrl != read.HealthCheckUrl) return nameof(ServiceInstance.HealthCheckUrl);
        return written.Tags.AsSpan().SequenceEqual(read.Tags.AsSpan()) ? nameof(ServiceInstance.Metadata) : nameof(ServiceInstance.Tags);
    }
}
