using System.Net;
using System.Text;

namespace HA.Core.Consul;

/// <summary>What one read of a service told.</summary>
/// <param name="Index">Grows with every change of the service; 1 at least.</param>
/// <param name="Entries">All entries, the living and the dead.</param>
/// <param name="Unreadable">Entries that were no such thing.</param>
internal sealed record ServiceReading(long Index, IReadOnlyList<ConsulEntry> Entries, int Unreadable);

/// <summary>Reads services, and doubts what Consul answers when it is nothing.</summary>
internal sealed class ConsulReader(ConsulLink link, ConsulRegistryOptions options)
{
    private static readonly ConsulDocumentContext Json = ConsulDocumentContext.Default;

    /// <summary>Reads a service, or one id of it; if <paramref name="index"/> is not 0, when it has changed since then.</summary>
    internal async Task<ServiceReading> ReadAsync(
        string service, string? id, long index, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = new StringBuilder($"health/service/{service}?");
        if (options.Datacenter is { } datacenter) path.Append($"dc={datacenter}&");
        if (id is not null) path.Append($"filter={Uri.EscapeDataString($"Service.Meta.ha_id == \"{id}\"")}&");
        var reply = await link.AwaitChangeAsync(
            path.ToString().TrimEnd('?', '&'), index, wait, Json.HealthDocumentArray, cancellationToken).ConfigureAwait(false);
        ConsulLink.RequireSuccess(reply, $"list '{service}'");
        if (reply.IsFiltered)
            throw new ConsulAccessException($"The token may not see all of '{service}': it needs service:read and node:read.");
        if (reply is not { Value: { } documents, Index: { } told })
            throw new NotConsulException($"{options.Address.Authority} answers without X-Consul-Index, which every Consul agent sends.");
        var entries = documents.Select(static d => ConsulEntry.Of(d)).OfType<ConsulEntry>().ToArray();
        // Zero would never wait again.
        return new ServiceReading(Math.Max(1, told), entries, documents.Length - entries.Length);
    }

    /// <summary>An owner's entry as its agent itself has it, whatever the servers know; null if it has none.</summary>
    internal async Task<ConsulEntry?> OwnAsync(string consulId, CancellationToken cancellationToken)
    {
        // The status of HTTP tells the health here: 503 is an answer.
        var reply = await link.GetAsync(
            $"agent/health/service/id/{Uri.EscapeDataString(consulId)}?format=json", Json.LocalDocument, cancellationToken)
            .ConfigureAwait(false);
        if (reply.Value is null && reply.Status != HttpStatusCode.NotFound) ConsulLink.RequireSuccess(reply, "tell about an instance");
        return ConsulEntry.Of(reply.Value);
    }

    /// <summary>The catalog that a reading means.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="reading">What was read.</param>
    /// <param name="departures">What was read after it.</param>
    /// <param name="skipped">How many entries were unusable.</param>
    internal static ServiceCatalog ToCatalog(
        string service, ServiceReading reading, SortedDictionary<string, string> departures, out int skipped)
    {
        skipped = reading.Unreadable;
        var instances = new SortedDictionary<string, ServiceInstance>(StringComparer.Ordinal);
        // A write that was delayed may bring back who has left, until its lease ends: the departure names its owner.
        var ours = reading.Entries.Where(static e => e.Id is not null)
            .Where(e => !(departures.TryGetValue(e.Id!, out var owner) && owner == e.OwnerHash))
            .GroupBy(static e => e.Id!, StringComparer.Ordinal).Select(static g => ConsulEntry.Holder(g)).OfType<ConsulEntry>();
        foreach (var entry in ours.Concat(reading.Entries.Where(static e => e.Id is null)))
        {
            if (entry.ToInstance(service) is not { } instance || !instances.TryAdd(instance.Id, instance)) skipped++;
        }

        return ServiceCatalog.Create(service, reading.Index, instances.Values) with
        {
            Departed = [.. departures.Keys.Where(id => !instances.ContainsKey(id))],
            Unreadable = skipped,
        };
    }

    /// <summary>Consul answers an empty list to those who may not see: tells the two apart, as far as Consul lets.</summary>
    internal async Task RequireAccessAsync(string service, CancellationToken cancellationToken)
    {
        AccessDocument[] question = [new("service", "read", service)];
        var reply = await link.SendAsync(
            HttpMethod.Post, "internal/acl/authorize" + AtDatacenter('?'), question, Json.AccessDocumentArray, Json.AccessDocumentArray,
            cancellationToken).ConfigureAwait(false);
        // 401: there are no access rules. Otherwise, where the question is not known, whether the token is has to do.
        if (reply.Status == HttpStatusCode.Unauthorized) return;
        if (reply is { IsSuccess: true, Value: [{ } answer] })
        {
            if (answer.Allow != true) throw Hidden(service, "service:read");
        }
        else
        {
            var self = await link.SendAsync(HttpMethod.Get, "acl/token/self", cancellationToken).ConfigureAwait(false);
            if (self.Status == HttpStatusCode.Unauthorized) return;
            ConsulLink.RequireSuccess(self, "tell about the token");
        }

        // Who may see no node sees no instance either, and there always is a node.
        var nodes = await link.GetAsync("catalog/nodes" + AtDatacenter('?'), Json.NodeDocumentArray, cancellationToken)
            .ConfigureAwait(false);
        ConsulLink.RequireSuccess(nodes, "list the nodes");
        if (nodes.Value is not { Length: > 0 })
            throw Hidden(service, "node:read");
    }

    private static ConsulAccessException Hidden(string service, string right) =>
        new($"The token may not see '{service}', so Consul answers an empty list: it needs {right}.");

    private string AtDatacenter(char separator) => options.Datacenter is { } datacenter ? $"{separator}dc={datacenter}" : "";
}
