using System.Collections.Immutable;
using HA.Core.Time;

namespace HA.Core.Registry;

// How the two are compared.
public sealed partial class CompositeRegistry
{
    // For each service that is known here, what the last comparison found.
    private readonly SortedDictionary<string, RegistryDrift> _suspects = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, RegistryDrift> _drift =
        ImmutableSortedDictionary.Create<string, RegistryDrift>(StringComparer.Ordinal);

    /// <summary>What two comparisons in a row found, for each service that differs; empty if the two agree.</summary>
    /// <remarks>Services that were registered, discovered or watched through this object are compared.</remarks>
    public IReadOnlyCollection<RegistryDrift> Drift => [.. Volatile.Read(ref _drift).Values];

    /// <summary>Compares the registries on one service now. What is being changed at this moment may show as a difference.</summary>
    /// <exception cref="RegistryException">One of them does not answer.</exception>
    public async ValueTask<RegistryDrift> CompareAsync(string service, CancellationToken cancellationToken = default)
    {
        var roles = _roles;
        var read = await roles.Read.DiscoverAsync(service, cancellationToken).ConfigureAwait(false);
        var other = await roles.Other.DiscoverAsync(service, cancellationToken).ConfigureAwait(false);
        return RegistryDrift.Between(read, other);
    }

    private async Task CompareForEverAsync(CancellationToken stop)
    {
        while (true)
        {
            await _environment.Time.DelayAsync(_options.CompareEvery, stop).ConfigureAwait(false);
            string[] services;
            lock (_gate) services = [.. _suspects.Keys];
            foreach (var service in services) await CompareOnceAsync(service, stop).ConfigureAwait(false);
        }
    }

    private async Task CompareOnceAsync(string service, CancellationToken stop)
    {
        var roles = _roles;
        RegistryDrift found;
        try
        {
            using var limit = new Deadline(_environment.Time, _options.CompareEvery, stop);
            found = await CompareAsync(service, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            _environment.Listener.OnSecondaryRegistryFailed(service, e);
            return;
        }

        RegistryDrift lasting;
        lock (_gate)
        {
            // Found with other roles: it says the opposite now.
            if (!ReferenceEquals(roles, _roles) || !_suspects.TryGetValue(service, out var before)) return;
            _suspects[service] = found;
            lasting = found.Lasting(before);
            if (_drift.TryGetValue(service, out var told) ? told.IsSame(lasting) : lasting.IsEmpty) return;
            Volatile.Write(ref _drift, lasting.IsEmpty ? _drift.Remove(service) : _drift.SetItem(service, lasting));
        }

        _environment.Listener.OnRegistryDrift(service, lasting.Missing.Length, lasting.Extra.Length, lasting.Different.Length);
    }

    private static RegistryDrift None(string service) => new(service, [], [], []);
}
