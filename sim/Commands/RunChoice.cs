using System.CommandLine;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Commands;

/// <summary>Which run is meant, for commands that look into one: seed, balancer and settings, or the JSON that the run left.</summary>
internal sealed class RunChoice
{
    // Null unless given: what is saved knows its own.
    private readonly Option<ulong?> _seed = new("--seed") { Description = "What all chance follows from; 1 by default.", HelpName = "N" };
    private readonly Option<string?> _balancer = new("--balancer") { Description = "Balancing policy in place of the scenario's.", HelpName = "NAME" };
    private readonly Option<string[]> _set = CommonOptions.Set("service.instances=12");

    internal void AddTo(Command command)
    {
        command.Add(_seed);
        command.Add(_balancer);
        command.Add(_set);
    }

    /// <exception cref="BadInputException">The JSON of the run cannot be used, or something is said twice.</exception>
    internal Replay Of(ParseResult parsed, string scenario)
    {
        var (seed, balancer, settings) = (parsed.GetValue(_seed), parsed.GetValue(_balancer), parsed.GetValue(_set) ?? []);
        if (SavedRun.TryLoad(scenario) is not { } saved) return new Replay(scenario, seed ?? CommonOptions.DefaultSeed, balancer, settings);
        if (seed is null && balancer is null && settings.Length == 0) return saved;
        throw new BadInputException($"{scenario}: this is the JSON of a run, which says its seed, balancer and settings; leave --seed, --balancer and --set out");
    }
}
