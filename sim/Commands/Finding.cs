using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation;
using HA.Core.Simulation.Exploration;

namespace HA.Core.Sim.Commands;

/// <summary>Makes what is told of a failure: shrinks it and saves it.</summary>
internal static class Finding
{
    internal static FindingJson Of(Trial failed, ExploreCommand.Plan plan, SimulationOptions options, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var shrunk = plan.Shrink ? Shrinker.Shrink(failed, options) : new Shrunk(failed, 0);
        var trial = shrunk.Smallest;
        var failure = trial.Failure!;
        string[] switches = plan.Perturb ? [CommonOptions.Perturb] : [];
        var (file, test) = plan.Save is null ? (null, null) : Save(trial, plan.Save);
        var replay = file is null
            ? $"dotnet run --project sim -- explore --first-seed {failed.Seed} --seeds 1 --save ." + string.Concat(switches.Select(static s => $" {s}"))
            : new Replay(file, trial.Seed) { Switches = switches }.ToString();
        return new FindingJson(
            failed.Seed, failure.Check, failure.Law, failure.What, failed.Scenario.Faults.Length, trial.Scenario.Faults.Length,
            failed.Scenario.Service.Instances, trial.Scenario.Service.Instances, shrunk.Trials,
            [.. trial.Scenario.Faults.Select(static f => $"{f.At.TotalSeconds:0.###} s: {f.Describe()}")], file, test, replay);
    }

    private static (string Scenario, string Test) Save(Trial trial, string folder)
    {
        var failure = trial.Failure!;
        var name = $"{failure.Check}-{trial.Seed}";
        var file = Path.Combine(folder, $"{name}.yaml");
        var test = Path.Combine(folder, $"{char.ToUpperInvariant(name[0])}{name[1..].Replace('-', '_')}.cs");
        Write(file, $"# {failure.Check}: {failure.Law}\n{ScenarioText.Of(trial.Scenario)}");
        Write(test, RegressionTest.Of(trial, Path.GetFileNameWithoutExtension(test)));
        return (file, test);
    }

    private static void Write(string path, string text)
    {
        using var writer = new StreamWriter(OutputFile.Create(path)!);
        writer.Write(text);
    }
}
