using System.Globalization;
using HA.Core.Balancing;
using HA.Core.Sim.Commands;
using HA.Core.Sim.Reading;
using HA.Core.Simulation;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Verification;

/// <summary>A policy in a comparison. One that is named twice stands against itself, with chance of its own.</summary>
/// <param name="Balancer">Its name.</param>
/// <param name="Copy">1 for the first of this name.</param>
internal sealed record Contender(string Balancer, int Copy)
{
    /// <summary>How it is called in tables.</summary>
    internal string Label => Copy == 1 ? Balancer : $"{Balancer}#{Copy}";

    /// <summary>
    /// What makes a copy differ: its own draws. With the same draws it would be the same run, and tie for no reason. Arrivals,
    /// work and faults stay those of all.
    /// </summary>
    internal ScenarioParts? Parts => Copy == 1 ? null : new ScenarioParts
    {
        LoadBalancer = random => LoadBalancers.Create(
            Balancer, new SeededRandom(random.NextUInt64(), "copy", Copy.ToString(CultureInfo.InvariantCulture))),
    };

    /// <summary>The contenders in a list of names; all policies for none.</summary>
    /// <exception cref="BadInputException">A name is no policy's.</exception>
    internal static Contender[] Parse(string? list)
    {
        if (list is null) return [.. LoadBalancers.Names.Select(static n => new Contender(n, 1))];
        var names = CommonOptions.Names(list);
        if (names.Length == 0) throw new BadInputException($"--balancers names none. There are: {string.Join(", ", LoadBalancers.Names)}.");
        var contenders = new List<Contender>();
        foreach (var name in names)
        {
            if (!LoadBalancers.IsKnown(name)) throw new BadInputException($"'{name}' is no balancer{Suggestion.For(name, LoadBalancers.Names, "balancers")}");
            contenders.Add(new Contender(name, 1 + contenders.Count(c => c.Balancer == name)));
        }

        return [.. contenders];
    }

    /// <summary>The scenario under this policy, whatever policy it names itself.</summary>
    /// <exception cref="BadInputException">Something in it is wrong.</exception>
    internal Scenario Load(string scenario, IEnumerable<string> settings)
    {
        var loaded = ScenarioLibrary.Load(scenario, [.. settings, $"client.balancer={Balancer}"]);
        var points = Balancer == "ring-hash" && Copy == 1 ? loaded.Client.RingPoints : null;
        return loaded with { Client = loaded.Client.WithBalancer(Balancer) with { RingPoints = points } };
    }
}
