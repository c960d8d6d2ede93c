using HA.Core.Simulation.Model;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Checks;

/// <summary>Calls eject no more endpoints at once than the options allow.</summary>
/// <remarks>Judged where calls alone eject: health checks are not bound by the cap.</remarks>
internal sealed class EjectionsStayInCap(World world) : SimulationCheck
{
    internal override string Name => "ejectionsStayInCap";

    internal override string Law => FormattableString.Invariant(
        $"calls eject at most {world.Scenario.Client.Health.MaxEjectedShare * 100:0.##} % of the instances at once");

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (world.Scenario.Client.ActiveChecks || to != EndpointHealth.Unhealthy || from > EndpointHealth.Unknown) return;
        var health = world.Scenario.Client.Health;
        var known = client.Pool.Snapshot.All;
        var most = (int)Math.Floor((health.MaxEjectedShare * known.Length) + 1e-9);
        if (health.AllowOneEjection) most = Math.Max(1, most);
        var ejected = known.Count(static e => e.Health is EndpointHealth.Probing or EndpointHealth.Unhealthy);
        if (ejected > most)
            Violate($"at {world.Simulation.Now} {client.Name} has ejected {ejected} of {known.Length} instances, {instance.Id} the last");
        if (ejected == most && health.MaxEjectedShare < 1) world.Observer.Rare.Note(RareState.EjectionsAtCap);
    }
}
