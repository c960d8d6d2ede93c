using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Model;

/// <summary>Counts the rare states of a run.</summary>
internal sealed class RareStates
{
    private readonly long[] _counts = new long[Enum.GetValues<RareState>().Length];
    private readonly Dictionary<VirtualClient, long> _revisions = [];

    internal ImmutableArray<long> Counts => [.. _counts];

    internal void Note(RareState state) => _counts[(int)state]++;

    internal void Retried(World world, int number)
    {
        if (number >= world.Scenario.Client.Calls.MaxAttempts) Note(RareState.FailoverBeyondLimit);
    }

    internal void HealthChanged(EndpointHealth from, EndpointHealth to, string reason)
    {
        // The reasons are the tracker's own words.
        if (reason == "probe failed") Note(RareState.ProbeFailed);
        else if (reason == "calls succeeded" && from == EndpointHealth.Probing) Note(RareState.ProbationPassed);
        else if (to == EndpointHealth.Unhealthy && reason.Contains("median of its peers", StringComparison.Ordinal))
            Note(RareState.OutlierEjected);
        else if (to == EndpointHealth.Unhealthy && reason is not ("calls failed" or "registry")) Note(RareState.CheckFailed);
    }

    internal void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        if (catalog.Revision < _revisions.GetValueOrDefault(client)) Note(RareState.CatalogReset);
        _revisions[client] = catalog.Revision;
    }

    internal void Held(VirtualClient client, int removed)
    {
        Note(RareState.MassRemovalHeld);
        if (removed >= client.Pool.Snapshot.All.Length) Note(RareState.EmptyAnswerHeld);
    }

    internal void Failed(string? error)
    {
        if (error is null) return;
        // The client's own words too: by value it tells only that the call failed.
        if (error.Contains("retry budget is spent", StringComparison.Ordinal)) Note(RareState.RetryBudgetSpent);
        if (error.Contains("not known to be idempotent", StringComparison.Ordinal)) Note(RareState.NotRepeated);
        if (error.Contains("within its deadline", StringComparison.Ordinal)) Note(RareState.DeadlineReached);
        if (error.Contains("can be called", StringComparison.Ordinal)) Note(RareState.NobodyLeft);
        if (IsRefused(error)) Note(RareState.RefusedByClient);
    }

    /// <summary>Whether the client itself refused the call.</summary>
    internal static bool IsRefused(string? error) => error is not null && error.Contains("was not sent. ", StringComparison.Ordinal);
}
