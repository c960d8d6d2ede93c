namespace HA.Core.Consul;

/// <summary>The departures that one watch needs: read again only when somebody may have left or come back.</summary>
/// <remarks>For one watch, not safe for concurrent use. A change of weight or of a check costs no second request so.</remarks>
internal sealed class WatchedDepartures(ConsulNotes notes, string service)
{
    private HashSet<ConsulMember>? _members;
    private SortedDictionary<string, string> _departures = new(StringComparer.Ordinal);

    internal async ValueTask<SortedDictionary<string, string>> AtAsync(ServiceReading reading, CancellationToken cancellationToken)
    {
        var members = reading.Entries.Select(static e => e.Member).ToHashSet();
        if (_members is null || !_members.SetEquals(members))
        {
            _departures = await notes.DeparturesAsync(service, cancellationToken).ConfigureAwait(false);
            _members = members;
        }

        return _departures;
    }
}

/// <summary>What stays the same of an entry while its owner neither leaves, nor loses its lease, nor writes it anew after that.</summary>
internal readonly record struct ConsulMember(string Id, string Node, long CreateIndex, bool IsLeased);
