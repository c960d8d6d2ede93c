using System.Net;
using System.Text;

namespace HA.Core.Consul;

/// <summary>
/// Short notes in the key-value store, each with the hash of an owner: who said goodbye, and who took over from an owner with
/// another agent. A session ends each by the servers' clock, one to two minutes later.
/// </summary>
internal sealed class ConsulNotes(ConsulLink link, ConsulRegistryOptions options)
{
    /// <summary>How long a note is kept at least.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private static readonly ConsulDocumentContext Json = ConsulDocumentContext.Default;

    internal Task RememberDepartureAsync(string service, string id, string owner, CancellationToken cancellationToken) =>
        WriteAsync(KeyOf("departed", service, id), owner, cancellationToken);

    internal Task RememberTakeOverAsync(string service, string id, string owner, CancellationToken cancellationToken) =>
        WriteAsync(KeyOf("replaced", service, id), owner, cancellationToken);

    /// <summary>Asks first, since the note hardly ever is there, and a write costs the servers more.</summary>
    internal async Task ForgetDepartureAsync(string service, string id, CancellationToken cancellationToken)
    {
        var key = KeyOf("departed", service, id);
        if (!options.RememberDepartures || await ReadAsync(key, cancellationToken).ConfigureAwait(false) is null) return;
        var reply = await link.SendAsync(HttpMethod.Delete, $"kv/{key}", cancellationToken).ConfigureAwait(false);
        ConsulLink.RequireSuccess(reply, $"delete the key '{key}'");
    }

    /// <summary>
    /// Whether it is worth asking who holds an id: asking makes the servers look at every instance of the service, a note costs
    /// them a fiftieth.
    /// </summary>
    internal async Task<bool> MayBeReplacedAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        // A note may have come and gone between two renewals that are far apart.
        if (!options.RememberDepartures || registration.TimeToLive / 3 >= Memory) return true;
        var key = KeyOf("replaced", registration.Instance.Service, registration.Instance.Id);
        var holder = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        return holder is not null && holder != ConsulEntry.HashOf(registration.Owner);
    }

    /// <summary>The owners that deregistered not long ago, by id.</summary>
    internal async Task<SortedDictionary<string, string>> DeparturesAsync(string service, CancellationToken cancellationToken)
    {
        var departures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!options.RememberDepartures) return departures;
        var folder = KeyOf("departed", service, "");
        var datacenter = options.Datacenter is { } name ? $"&dc={name}" : "";
        var keys = await AskAsync($"kv/{folder}?recurse=true{datacenter}", folder, cancellationToken).ConfigureAwait(false);
        foreach (var key in keys)
        {
            if (key is not { Key: { } path, Value: { Length: > 0 } owner } || !path.StartsWith(folder, StringComparison.Ordinal)) continue;
            var id = path[folder.Length..];
            if (ServiceInstance.IsValidId(id)) departures[id] = Encoding.UTF8.GetString(owner);
        }

        return departures;
    }

    private string KeyOf(string kind, string service, string id) => $"{options.KeyPrefix}/{kind}/{service}/{id}";

    private async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var notes = await AskAsync($"kv/{key}", key, cancellationToken).ConfigureAwait(false);
        return notes is [{ } note, ..] ? Encoding.UTF8.GetString(note.Value ?? []) : null;
    }

    private async Task<KeyDocument?[]> AskAsync(string path, string what, CancellationToken cancellationToken)
    {
        var reply = await link.GetAsync(path, Json.KeyDocumentArray, cancellationToken).ConfigureAwait(false);
        if (reply.Status == HttpStatusCode.NotFound && reply.Index is not null) return [];
        ConsulLink.RequireSuccess(reply, $"read '{what}' in the key-value store (RememberDepartures = false does without)");
        return reply.Value ?? [];
    }

    private async Task WriteAsync(string key, string owner, CancellationToken cancellationToken)
    {
        if (!options.RememberDepartures) return;
        const string WithoutIt = "(RememberDepartures = false does without)";
        var session = await link.SendAsync(
            HttpMethod.Put, "session/create", new SessionDocument("HA.Core note", $"{(long)Memory.TotalSeconds}s", "delete", "0s", []),
            Json.SessionDocument, Json.SessionReply, cancellationToken).ConfigureAwait(false);
        ConsulLink.RequireSuccess(session, $"create a session {WithoutIt}");
        var value = Encoding.UTF8.GetBytes(ConsulEntry.HashOf(owner));
        TransactionStep[] steps = [new(new KeyStep("delete", key)), new(new KeyStep("lock", key, value, session.Value?.Id))];
        var reply = await link.SendAsync(
            HttpMethod.Put, "txn", steps, Json.TransactionStepArray, Json.SessionReply, cancellationToken).ConfigureAwait(false);
        ConsulLink.RequireSuccess(reply, $"write the key '{key}' {WithoutIt}");
    }
}
