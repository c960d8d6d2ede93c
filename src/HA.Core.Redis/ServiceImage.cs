using System.Collections.Immutable;
using System.Globalization;
using HA.Core.Registry;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>
/// What one reader knows of a service, kept from answer to answer: most of a list is as it was. Used by one flow at a time.
/// </summary>
internal sealed class ServiceImage(string service)
{
    // The server forgets departures by time; who only follows messages asks for the list when it knows of too many.
    private const int MaxDeparted = 64;

    private Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Changes when the data were lost; empty for a service that never was.</summary>
    internal string Epoch { get; private set; } = "";

    /// <summary>Grows with each change within an epoch; -1 before the first answer.</summary>
    internal long Revision { get; private set; } = -1;

    /// <summary>The server's, in milliseconds since 1970.</summary>
    internal long Clock { get; private set; }

    /// <summary>When the next entry ends, on the server's clock; null if there is none.</summary>
    internal long? Due { get; private set; }

    /// <summary>Null before the first answer.</summary>
    internal ServiceCatalog? Catalog { get; private set; }

    /// <summary>Entries of the last answer that were unusable.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Takes the answer to a read; true if the catalog is another than before.</summary>
    /// <exception cref="RedisResetException">The server lost what it knew, or went back.</exception>
    /// <exception cref="RegistryException">The answer is not a registry's.</exception>
    internal bool Take(RedisResult reply)
    {
        try
        {
            var parts = (RedisResult[])reply!;
            var epoch = (string)parts[0]!;
            var revision = Whole((string)parts[1]!);
            RequireContinuation(epoch, revision);
            Clock = Whole((string)parts[2]!);
            Due = (string)parts[3]! is { Length: > 0 } score ? (long?)double.Parse(score, CultureInfo.InvariantCulture) : null;
            Skipped = 0;
            var isNews = revision > Revision;
            if (parts.Length > 4)
            {
                var catalog = Read(revision, (string[])parts[4]!, (string[])parts[5]!);
                if (!isNews && !catalog.Instances.AsSpan().SequenceEqual(Catalog!.Instances.AsSpan()))
                    throw new RedisResetException($"Redis holds another revision {revision} of '{service}' than was read before.");
                Catalog = catalog;
            }

            (Epoch, Revision) = (epoch, revision);
            return isNews;
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException
            or IndexOutOfRangeException or ArgumentNullException)
        {
            throw new RegistryException($"What Redis holds of '{service}' is not a registry's data: {e.Message}", e);
        }
    }

    /// <summary>Takes the next change from a message; false if it does not follow on what is known, and a read must tell.</summary>
    internal bool Follow(CatalogMessage message, out bool isNews)
    {
        isNews = false;
        if (Catalog is null || message.Epoch != Epoch) return false;
        if (message.Revision <= Revision) return true;
        if (message.Revision > Revision + 1) return false;
        var next = message.Kind switch
        {
            CatalogMessage.Put => WithPut(message),
            CatalogMessage.Left => WithLeft(message),
            CatalogMessage.Ended => WithEnded(message),
            _ => null,
        };
        if (next is null) return false;
        Revision = message.Revision;
        Catalog = next with { Revision = Revision };
        return isNews = true;
    }

    private ServiceCatalog? WithPut(CatalogMessage message)
    {
        if (message.Details is not [var id, var document, var ownerLine]) return null;
        var entry = new Entry(document, ownerLine, ToInstance(id, document, ownerLine));
        if (entry.Instance is not { } instance) return null;
        _entries[id] = entry;
        var instances = Catalog!.Instances;
        var at = PlaceOf(id);
        return Catalog with
        {
            Instances = at >= 0 ? instances.SetItem(at, instance) : instances.Insert(~at, instance),
            Departed = Catalog.Departed.Remove(id, StringComparer.Ordinal),
        };
    }

    private ServiceCatalog? WithLeft(CatalogMessage message)
    {
        if (message.Details is not [var id] || !ServiceInstance.IsValidId(id) || Catalog!.Departed.Length >= MaxDeparted) return null;
        var at = Catalog.Departed.BinarySearch(id, StringComparer.Ordinal);
        return WithEnded(message)! with { Departed = at >= 0 ? Catalog.Departed : Catalog.Departed.Insert(~at, id) };
    }

    private ServiceCatalog? WithEnded(CatalogMessage message)
    {
        if (message.Details.IsEmpty) return null;
        var instances = Catalog!.Instances;
        foreach (var id in message.Details) _entries.Remove(id);
        return Catalog with { Instances = instances.RemoveAll(i => !_entries.ContainsKey(i.Id)) };
    }

    private int PlaceOf(string id)
    {
        var instances = Catalog!.Instances;
        var (low, high) = (0, instances.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(instances[middle].Id, id);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private void RequireContinuation(string epoch, long revision)
    {
        if (Epoch.Length > 0 && epoch != Epoch) throw new RedisResetException($"Redis lost what it knew of '{service}'.");
        if (revision < Revision) throw new RedisResetException($"Redis went back from revision {Revision} of '{service}' to {revision}.");
    }

    private ServiceCatalog Read(long revision, string[] told, string[] departed)
    {
        var known = _entries;
        _entries = new Dictionary<string, Entry>(told.Length / 3, StringComparer.Ordinal);
        var instances = new List<ServiceInstance>(told.Length / 3);
        for (var i = 0; i + 2 < told.Length; i += 3)
        {
            var (id, document, ownerLine) = (told[i], told[i + 1], told[i + 2]);
            if (!known.TryGetValue(id, out var entry) || entry.Document != document || entry.OwnerLine != ownerLine)
                entry = new Entry(document, ownerLine, ToInstance(id, document, ownerLine));
            _entries[id] = entry;
            if (entry.Instance is { } instance) instances.Add(instance);
            else Skipped++;
        }

        var left = Array.FindAll(departed, ServiceInstance.IsValidId);
        Skipped += departed.Length - left.Length;
        return ServiceCatalog.Create(service, revision, instances) with
        {
            Departed = [.. left.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Unreadable = Skipped,
        };
    }

    private ServiceInstance? ToInstance(string id, string document, string ownerLine) =>
        Since(ownerLine) is { } since ? InstanceJson.Decode(service, id, document)?.WithRegisteredAt(since) : null;

    private static DateTimeOffset? Since(string ownerLine)
    {
        var colon = ownerLine.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(ownerLine.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;
    }

    private static long Whole(string text) => long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    // As it was read, and what it describes; null if it is unusable.
    private sealed record Entry(string Document, string OwnerLine, ServiceInstance? Instance);
}
