using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Inspection;

/// <summary>Looks into a run by doing it again: the same scenario and seed give the same run, so nothing has to be kept of it.</summary>
public static class Inspector
{
    /// <summary>Follows one call.</summary>
    /// <param name="scenario">The scenario of the run.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="call">Its number, from 1 in the order of arrival.</param>
    /// <returns>Everything about it; null if so many calls never arrived.</returns>
    /// <exception cref="SimulationException">The run broke: a defect.</exception>
    public static CallAccount? Explain(Scenario scenario, ulong seed, long call)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(call, 1);
        var watch = new CallWatch(call);
        ScenarioRunner.Run(scenario, seed, new SimulationOptions { Parts = new ScenarioParts { Watch = watch } });
        return watch.Account();
    }

    /// <summary>The longest time that <see cref="Stop"/> takes: the end of the run, at least.</summary>
    public static TimeSpan EndOf(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return scenario.Duration + RunPlan.SettleTime(scenario);
    }

    /// <summary>Stops a run at a moment.</summary>
    /// <param name="scenario">The scenario of the run.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="until">Virtual time since its start, as in the timeline of its report.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or after <see cref="EndOf"/>.</exception>
    /// <exception cref="SimulationException">The run broke: a defect.</exception>
    public static Moment Stop(Scenario scenario, ulong seed, TimeSpan until)
    {
        ScenarioRules.Check(scenario);
        ArgumentOutOfRangeException.ThrowIfLessThan(until, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(until, EndOf(scenario));
        return Simulator.Run(seed, async simulation =>
        {
            var world = new World(simulation, scenario);
            // First in the line: what happens at that very instant comes after.
            var reached = simulation.DelayAsync(until);
            var run = ScenarioRunner.RunAsync(world);
            await reached.ConfigureAwait(false);
            if (run.IsFaulted) await run.ConfigureAwait(false);
            return Capture(world);
        });
    }

    private static Moment Capture(World world)
    {
        var registered = world.Registry.Ids;
        return new Moment
        {
            AtSeconds = world.Simulation.Now.TotalSeconds,
            Calls = world.Observer.Calls,
            Failed = world.Observer.Failed,
            Open = world.Observer.Open,
            Instances = [.. world.Instances.Select(process => Capture(world, process.Instance, registered))],
            Clients = [.. world.Clients.Select(static c => new ClientMoment(c.Name, c.Pool.Snapshot.IsPanic, c.Pool.Describe()))],
            Timeline = world.Observer.Timeline.ToReport(),
        };
    }

    private static InstanceMoment Capture(World world, VirtualInstance instance, string[] registered)
    {
        var id = instance.Description.Id;
        return new InstanceMoment(
            id, instance.Description.Zone, instance.State.ToString().ToLowerInvariant(), instance.HasLeft,
            registered.Contains(id, StringComparer.Ordinal), instance.Load, instance.Slowness, instance.ErrorShare,
            [.. world.Clients.Select(client => BeliefOf(client, id)).OfType<Belief>()]);
    }

    private static Belief? BeliefOf(VirtualClient client, string id)
    {
        var snapshot = client.Pool.Snapshot;
        var endpoint = snapshot.All.FirstOrDefault(e => e.Instance.Id == id);
        if (endpoint is null) return null;
        var stats = endpoint.Stats;
        return new Belief(
            client.Name, endpoint.Health.ToString(), snapshot.Eligible.Contains(endpoint), endpoint.InFlight,
            stats.Latency?.TotalMilliseconds,
            Math.Round(stats.SuccessShare, 4), stats.FailuresInARow);
    }
}
