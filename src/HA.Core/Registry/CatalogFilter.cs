using System.Collections.Immutable;

namespace HA.Core.Registry;

/// <summary>Leaves out of a catalog what must not be used, and tells the listener once of each that it leaves out.</summary>
/// <remarks>
/// The one place for all registries, since whoever writes to one is a stranger whatever provider reads it. One flow uses it at a
/// time.
/// </remarks>
internal sealed class CatalogFilter(string service, CatalogWatcherOptions options, ServiceEventListener listener)
{
    // Who keeps inventing ids must not make what is remembered of them grow.
    private const int MostRemembered = 1000;

    private readonly Dictionary<EntryRefusal, (int Count, string Detail)> _news = [];
    private HashSet<(string Id, EntryRefusal Reason)> _refused = [];
    private HashSet<string> _admitted = new(StringComparer.Ordinal);
    private int _unreadable;

    internal ServiceCatalog Admit(ServiceCatalog told)
    {
        var before = _refused;
        _refused = [];
        var admitted = new HashSet<string>(told.Instances.Length, StringComparer.Ordinal);
        var kept = ImmutableArray.CreateBuilder<ServiceInstance>(told.Instances.Length);
        foreach (var instance in told.Instances)
        {
            if (ReasonAgainst(instance, admitted, out var detail) is { } reason)
            {
                Note(instance, reason, detail, before);
                continue;
            }

            admitted.Add(instance.Id);
            kept.Add(instance);
        }

        if (kept.Count > options.Limits.MaxInstances) Shorten(kept, admitted, before);
        _admitted = admitted;
        TellUnreadable(told.Unreadable);
        foreach (var reason in _news.Keys.Order()) listener.OnEntriesRefused(service, reason, _news[reason].Count, _news[reason].Detail);
        _news.Clear();
        var departed = told.Departed.IsDefault ? [] : told.Departed;
        if (kept.Count == told.Instances.Length && departed.Length <= options.Limits.MaxInstances && !told.Departed.IsDefault) return told;
        return told with
        {
            Instances = kept.DrainToImmutable(),
            // A departure that is not believed is a disappearance, which is doubted: the safe side.
            Departed = departed.Length <= options.Limits.MaxInstances ? departed : [],
        };
    }

    private EntryRefusal? ReasonAgainst(ServiceInstance? instance, HashSet<string> admitted, out string detail)
    {
        detail = "no instance";
        if (instance is null) return EntryRefusal.Unreadable;
        detail = $"of '{instance.Service}'";
        if (instance.Service != service) return EntryRefusal.Misplaced;
        detail = "its id is there twice";
        if (admitted.Contains(instance.Id)) return EntryRefusal.Misplaced;
        if (options.Limits.Excess(instance) is { } excess)
        {
            detail = excess;
            return EntryRefusal.TooLarge;
        }

        if (options.Addresses.Refusal(instance) is { } refusal)
        {
            detail = refusal;
            return EntryRefusal.Address;
        }

        return UrlRefusal(instance) is { } url && (detail = url) is not null ? EntryRefusal.HealthCheckUrl : null;
    }

    private string? UrlRefusal(ServiceInstance instance)
    {
        if (instance.HealthCheckUrl is not { } text) return null;
        // As the checker will: a path may turn out to name another host.
        if (!Uri.TryCreate(instance.BaseUri, text, out var url)) return "its health-check URL is none";
        if (url.UserInfo.Length > 0) return "its health-check URL carries a user name";
        if (string.Equals(url.IdnHost, instance.BaseUri.IdnHost, StringComparison.OrdinalIgnoreCase)) return null;
        return url.IdnHost.Length == 0 ? "its health-check URL names no host"
            : options.Addresses.Refusal(url.IdnHost) is { } refusal ? $"its health-check URL names another host: {refusal}" : null;
    }

    // A stranger who adds entries must not push out those in use.
    private void Shorten(ImmutableArray<ServiceInstance>.Builder kept, HashSet<string> admitted, HashSet<(string, EntryRefusal)> before)
    {
        var most = options.Limits.MaxInstances;
        var chosen = kept.OrderBy(i => _admitted.Contains(i.Id) ? 0 : 1).Take(most).ToHashSet(ReferenceEqualityComparer.Instance);
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            if (chosen.Contains(kept[i])) continue;
            admitted.Remove(kept[i].Id);
            Note(kept[i], EntryRefusal.TooMany, $"more than {most} instances", before);
        }

        kept.RemoveAll(i => !chosen.Contains(i));
    }

    private void Note(ServiceInstance? instance, EntryRefusal reason, string detail, HashSet<(string, EntryRefusal)> before)
    {
        var key = (instance?.Id ?? "", reason);
        if (_refused.Count < MostRemembered) _refused.Add(key);
        if (before.Contains(key)) return;
        // An instance shows itself in plain characters only: that is what makes it one.
        var shown = instance is null ? detail : $"{instance}: {detail}";
        _news[reason] = _news.TryGetValue(reason, out var known) ? (known.Count + 1, known.Detail) : (1, shown);
    }

    private void TellUnreadable(int count)
    {
        var more = count - _unreadable;
        _unreadable = count;
        if (more <= 0) return;
        var others = _news.TryGetValue(EntryRefusal.Unreadable, out var known) ? known.Count : 0;
        _news[EntryRefusal.Unreadable] = (others + more, "broken, or with values that no instance may have");
    }
}
