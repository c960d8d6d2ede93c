using System.Globalization;
using HA.Core.Registry;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>What one read answered.</summary>
/// <param name="Epoch">Changes when the data were lost; empty for a service that never was.</param>
/// <param name="Revision">Grows with each change within an epoch.</param>
/// <param name="Clock">The server's, in milliseconds since 1970.</param>
/// <param name="Due">When the next entry ends, on the server's clock; null if there is none.</param>
/// <param name="Catalog">Null if it is as the caller knows it.</param>
/// <param name="Skipped">Entries that were unusable.</param>
internal sealed record CatalogReading(string Epoch, long Revision, long Clock, long? Due, ServiceCatalog? Catalog, int Skipped)
{
    internal static CatalogReading Of(string service, RedisResult reply)
    {
        try
        {
            var parts = (RedisResult[])reply!;
            var revision = long.Parse((string)parts[1]!, NumberStyles.Integer, CultureInfo.InvariantCulture);
            var clock = long.Parse((string)parts[2]!, NumberStyles.None, CultureInfo.InvariantCulture);
            var due = (string)parts[3]! is { Length: > 0 } score ? (long?)double.Parse(score, CultureInfo.InvariantCulture) : null;
            var skipped = 0;
            var catalog = parts.Length > 4 ? Decode(service, revision, (string[])parts[4]!, (string[])parts[5]!, ref skipped) : null;
            return new CatalogReading((string)parts[0]!, revision, clock, due, catalog, skipped);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException
            or IndexOutOfRangeException or ArgumentNullException)
        {
            throw new RegistryException($"What Redis holds of '{service}' is not a registry's data: {e.Message}", e);
        }
    }

    private static ServiceCatalog Decode(string service, long revision, string[] entries, string[] departed, ref int skipped)
    {
        var instances = new List<ServiceInstance>(entries.Length / 3);
        for (var i = 0; i + 2 < entries.Length; i += 3)
        {
            if (Since(entries[i + 2]) is { } since && InstanceJson.Decode(service, entries[i], entries[i + 1]) is { } instance)
                instances.Add(instance.WithRegisteredAt(since));
            else
                skipped++;
        }

        var left = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var id in departed)
        {
            if (ServiceInstance.IsValidId(id)) left.Add(id);
            else skipped++;
        }

        return ServiceCatalog.Create(service, revision, instances) with { Departed = [.. left] };
    }

    private static DateTimeOffset? Since(string ownerLine)
    {
        var colon = ownerLine.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(ownerLine.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;
    }
}
