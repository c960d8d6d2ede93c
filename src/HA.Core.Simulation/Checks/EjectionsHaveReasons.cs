using System.Globalization;
using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>Calls eject an instance for failures in a row, or for being worse than its peers by the margin at least.</summary>
/// <remarks>
/// Failures in a row are judged where nothing else makes calls eject: neither a share of failures nor slowness. Of outliers the
/// client's own account is judged.
/// </remarks>
internal sealed class EjectionsHaveReasons(World world) : SimulationCheck
{
    private const double Rounding = 0.02;

    // Who has failed since it last succeeded; nobody else is in it. Apart for each registration: who left and came back is somebody
    // new, and answers of the one before say nothing about it.
    private readonly Dictionary<(VirtualClient Client, VirtualInstance Instance, DateTimeOffset? Since), Row> _rows = [];

    // A call that began before the last change of health decides nothing, however it ends.
    private readonly Dictionary<(VirtualClient Client, VirtualInstance Instance), long> _changedAt = [];

    internal override string Name => "ejectionsHaveReasons";

    internal override string Law
    {
        get
        {
            var health = world.Scenario.Client.Health;
            return FormattableString.Invariant(
                $"calls eject after {health.FailureThreshold} failures or {health.LocalFailureThreshold} refusals in a row, or an outlier");
        }
    }

    internal override Interest Interest =>
        world.Scenario.Client.Health is { FailureShare: null, SlowCallTime: null } ? Interest.AttemptEnded : Interest.None;

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (outcome.Kind is not (OutcomeKind.Success or OutcomeKind.Failure)) return;
        if ((_rows.Count == 0 && outcome.Kind == OutcomeKind.Success) || world.Find(instance) is not { } found) return;
        if (outcome.Kind == OutcomeKind.Success)
        {
            var mayBeOld = _changedAt.TryGetValue((client, found), out var changed)
                && world.Pump.Clock - changed <= world.Scenario.Client.Calls.AttemptTimeout.Ticks;
            if (!mayBeOld) _rows.Remove((client, found, instance.RegisteredAt));
            return;
        }

        var row = _rows.GetValueOrDefault((client, found, instance.RegisteredAt));
        _rows[(client, found, instance.RegisteredAt)] = outcome.IsLocal
            ? row with { Refusals = row.Refusals + 1 }
            : row with { Failures = row.Failures + 1 };
    }

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (world.Find(instance) is { } struck) _changedAt[(client, struck)] = world.Pump.Clock;
        if (to != EndpointHealth.Unhealthy || from > EndpointHealth.Unknown) return;
        // The reasons are the tracker's own words.
        if (reason == "calls failed") JudgeRow(client, instance);
        else if (reason.StartsWith("success rate", StringComparison.Ordinal)) JudgeOutlier(client, instance, reason);
    }

    private void JudgeRow(VirtualClient client, ServiceInstance instance)
    {
        if (Interest == Interest.None || world.Find(instance) is not { } found) return;
        var rows = _rows.Where(r => r.Key.Client == client && r.Key.Instance == found).Select(static r => r.Value).ToArray();
        var (failures, refusals) = (rows.Sum(static r => r.Failures), rows.Sum(static r => r.Refusals));
        var health = world.Scenario.Client.Health;
        // The failure that ejects may not have been told yet.
        if (failures + 1 < health.FailureThreshold && refusals + 1 < health.LocalFailureThreshold)
            Violate($"at {world.Simulation.Now} {client.Name} ejected {instance.Id} after {failures} failures, {refusals} refusals");
    }

    private void JudgeOutlier(VirtualClient client, ServiceInstance instance, string reason)
    {
        if (world.Scenario.Client.Health.Outliers is not { } options) return;
        var percents = reason.Split(',').Select(static part => Percent(part)).ToArray();
        if (percents is [{ } own, { } median] && own > median - (options.SuccessMargin * 100) + Rounding)
            Violate($"at {world.Simulation.Now} {client.Name} ejected {instance.Id}: {reason}");
    }

    private static double? Percent(string text)
    {
        var word = text.TrimEnd().TrimEnd('%').TrimEnd().Split(' ')[^1];
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private readonly record struct Row(int Failures, int Refusals);
}
