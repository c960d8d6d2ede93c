using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HA.Core.Registry;

namespace HA.Core.Consul;

/// <summary>An instance as an agent's service, and back.</summary>
/// <remarks>
/// Every owner has an entry of its own: the Consul id is made of service, id and owner. So nobody can renew or remove
/// another owner's by mistake, however late a request arrives. Who holds an id is decided by <see cref="Holder"/>.
/// The whole instance is in the metadata, as JSON in pieces; address, port, tags and weight are there once more for others.
/// </remarks>
internal sealed class ConsulEntry
{
    private const string IdKey = "ha_id";
    private const string OwnerKey = "ha_owner";
    private const string GenerationKey = "ha_gen";
    private const string SinceKey = "ha_since";
    private const int PieceLength = 512;
    private const int MaxPieces = 60;

    private readonly HealthDocument _document;

    private ConsulEntry(HealthDocument document) => _document = document;

    internal string ConsulId => _document.Service!.Id!;

    internal string Node => _document.Node!.Name!;

    /// <summary>The instance's id; null if the entry is not ours.</summary>
    internal string? Id => Meta(IdKey);

    internal string OwnerHash => Meta(OwnerKey) ?? "";

    /// <summary>Grows with each take-over.</summary>
    internal long Generation => Number(GenerationKey) ?? 0;

    internal DateTimeOffset? Since => Number(SinceKey) is { } since && since <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? DateTimeOffset.FromUnixTimeMilliseconds(since)
        : null;

    /// <summary>Whether its lease runs: its TTL check is there and not critical.</summary>
    internal bool IsLeased => _document.Checks!.Any(c => c!.Id == CheckId(ConsulId) && c.Status is "passing" or "warning");

    /// <summary>Whether its agent is known to have failed, so that nobody watches over the lease.</summary>
    internal bool IsOrphaned => _document.Checks!.Any(static c => c!.Id == "serfHealth" && c.Status == "critical");

    internal ConsulMember Member => new(ConsulId, Node, _document.Service!.CreateIndex, IsLeased);

    internal bool IsLiving => IsLeased && !IsOrphaned;

    /// <summary>What an owner's entry of an instance is called. Consul ignores case in it; the hash does not.</summary>
    internal static string NameOf(string service, string id, string owner) =>
        $"{service}~{id}~{Hash($"{service}\n{id}\n{owner}", 16)}";

    internal static string HashOf(string owner) => Hash(owner, 32);

    internal static string CheckId(string consulId) => "service:" + consulId;

    /// <summary>The entry in an answer; null if the answer is none.</summary>
    internal static ConsulEntry? Of(HealthDocument? document) =>
        document is { Node.Name: { Length: > 0 }, Service.Id: { Length: > 0 }, Checks: { } checks } && checks.All(static c => c is not null)
            ? new ConsulEntry(document)
            : null;

    /// <summary>The entry as the agent itself tells it; null if it does not have it.</summary>
    internal static ConsulEntry? Of(LocalDocument? document) => document?.Service is null
        ? null
        : Of(new HealthDocument(
            new NodeDocument(document.Checks?.FirstOrDefault()?.Node ?? "(unknown)", null), document.Service, document.Checks ?? []));

    /// <summary>What to send to the agent.</summary>
    /// <exception cref="ArgumentException">The instance is larger than Consul takes.</exception>
    internal static RegistrationDocument Describe(
        ServiceInstance instance, string owner, TimeSpan timeToLive, long generation, DateTimeOffset since)
    {
        var text = InstanceJson.Encode(instance.WithRegisteredAt(null));
        if (text.Length > PieceLength * MaxPieces)
        {
            throw new ArgumentException(
                $"{instance} takes {text.Length} characters as JSON, and Consul keeps {PieceLength * MaxPieces}. "
                + "Give it less metadata or fewer tags.", nameof(instance));
        }

        var meta = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [IdKey] = instance.Id,
            [OwnerKey] = HashOf(owner),
            [GenerationKey] = $"{generation}",
            [SinceKey] = $"{since.ToUnixTimeMilliseconds()}",
        };
        for (var i = 0; i * PieceLength < text.Length; i++)
            meta[$"ha_{i}"] = text.Substring(i * PieceLength, Math.Min(PieceLength, text.Length - (i * PieceLength)));

        var name = NameOf(instance.Service, instance.Id, owner);
        // Passing from the start, so that nobody has to wait for the first renewal. Consul's least for cleaning up is a minute.
        var check = new TtlCheckDocument(
            CheckId(name), "Lease of HA.Core", $"{(long)Math.Ceiling(timeToLive.TotalMilliseconds)}ms", "passing", "1m");
        var weights = new WeightsDocument(Math.Clamp(instance.Weight, 1, 65535), 1);
        return new RegistrationDocument(
            name, instance.Service, [.. instance.Tags], instance.Address, instance.Port, meta, weights, check);
    }

    /// <summary>
    /// Who holds an id, of the entries that want it: the highest generation; of several that took it at once, the one that
    /// the servers put in order first. Every reader comes to the same answer. Null if no entry's lease runs.
    /// </summary>
    internal static ConsulEntry? Holder(IEnumerable<ConsulEntry> entriesOfOneId) => entriesOfOneId
        .Where(static e => e.IsLeased)
        .OrderBy(static e => e.IsOrphaned)
        .ThenByDescending(static e => e.Generation)
        .ThenBy(static e => e._document.Service!.CreateIndex)
        .ThenBy(static e => e.Node, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>Whether the entry is exactly what was sent.</summary>
    internal bool Is(RegistrationDocument sent) =>
        ConsulId == sent.Id && _document.Service!.Meta is { } meta && meta.Count == sent.Meta.Count
        && sent.Meta.All(pair => meta.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>The instance, with the worse of what it says and what Consul says of it; null if it is unusable.</summary>
    internal ServiceInstance? ToInstance(string service)
    {
        var instance = Id is null ? ToForeignInstance(service) : Decode(service, Id);
        if (instance is null) return null;
        var status = StatusByChecks();
        return status > instance.Status ? instance.WithStatus(status) : instance;
    }

    private ServiceInstance? Decode(string service, string id)
    {
        var text = new StringBuilder();
        for (var i = 0; i < MaxPieces && Meta($"ha_{i}") is { } piece; i++) text.Append(piece);
        return Since is { } since ? InstanceJson.Decode(service, id, text.ToString().AsSpan())?.WithRegisteredAt(since) : null;
    }

    // What other tools registered. Consul's ids are unique for an agent only, so the node is part of ours.
    private ServiceInstance? ToForeignInstance(string service)
    {
        var (node, told) = (_document.Node!, _document.Service!);
        var address = string.IsNullOrEmpty(told.Address) ? node.Address ?? "" : told.Address;
        try
        {
            return new ServiceInstance(service, ForeignId($"{told.Id}@{node.Name}"), address, told.Port)
            {
                Scheme = Meta("scheme") ?? ServiceInstance.DefaultScheme,
                Weight = told.Weights?.Passing ?? ServiceInstance.DefaultWeight,
                Tags = [.. (told.Tags ?? []).OfType<string>().Where(static t => t.Length > 0 && IsPlain(t)).Take(64)],
                Zone = Meta("zone"),
                Version = Meta("version"),
                Metadata = ImmutableSortedDictionary.CreateRange(
                    StringComparer.Ordinal,
                    (told.Meta ?? []).Where(static p => p.Key.Length > 0 && p.Value is not null && IsPlain(p.Value))
                    .Select(static p => new KeyValuePair<string, string>(p.Key, p.Value!))),
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsPlain(string text) => text.Length <= 256 && !text.Any(char.IsControl);

    private static string ForeignId(string id)
    {
        static char Allowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '@' ? c : '-';
        var plain = new string([.. id.Select(Allowed)]).Replace("..", "--", StringComparison.Ordinal);
        if (!char.IsAsciiLetterOrDigit(plain[0])) plain = "x" + plain;
        // Two that look alike after that must stay apart.
        return plain == id && plain.Length <= 256 ? plain : $"{plain[..Math.Min(plain.Length, 240)]}-{Hash(id, 8)}";
    }

    private ServiceStatus StatusByChecks()
    {
        var worst = ServiceStatus.Up;
        foreach (var check in _document.Checks!)
        {
            if (check!.Status is "passing" or "warning" || (Id is not null && check.Id == CheckId(ConsulId))) continue;
            var isMaintenance = check.Id == "_node_maintenance"
                || check.Id?.StartsWith("_service_maintenance:", StringComparison.Ordinal) == true;
            var status = isMaintenance ? ServiceStatus.Draining : ServiceStatus.Down;
            if (status > worst) worst = status;
        }

        return worst;
    }

    private string? Meta(string key) => _document.Service!.Meta?.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    private long? Number(string key) =>
        long.TryParse(Meta(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Hash(string text, int length) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..length];
}
