using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Verification;

/// <summary>The experiments that come with the simulator: scenarios whose outcome is known, and controls that must fail.</summary>
internal static class TheoryLibrary
{
    /// <summary>What stands before the names of these scenarios wherever one may be named.</summary>
    internal const string Prefix = "theory/";

    private const string Controls = "controls/";

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "theory");

    /// <summary>Names of all of them, without prefix; those of controls begin with <c>controls/</c>.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. Read("").Concat(Read(Controls))];

    /// <summary>The file of a name with its prefix; null if there is none.</summary>
    internal static string? FileOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && Names.Contains(name[Prefix.Length..], StringComparer.Ordinal)
            ? Path.Combine(Folder, $"{name[Prefix.Length..]}.yaml")
            : null;

    /// <summary>Those that are named, and all if none is.</summary>
    /// <exception cref="BadInputException">A name is none, or something in a file is wrong.</exception>
    internal static Experiment[] Load(IReadOnlyList<string> only, ulong seed)
    {
        foreach (var name in only)
        {
            if (!Names.Contains(name, StringComparer.Ordinal))
                throw new BadInputException($"'{name}' is no experiment{Suggestion.For(name, Names, "experiments")}");
        }

        return [.. (only.Count > 0 ? only : Names).Select(n => Of($"{Prefix}{n}", n.StartsWith(Controls, StringComparison.Ordinal), seed))];
    }

    /// <summary>One of somebody's own.</summary>
    /// <exception cref="BadInputException">Something in the file is wrong.</exception>
    internal static Experiment Load(string file, ulong seed) => Of(file, isControl: false, seed);

    private static Experiment Of(string source, bool isControl, ulong seed)
    {
        var scenario = ScenarioLibrary.Load(source, []);
        return scenario.Expectations.Any(static e => e.Tolerance is not null)
            ? new Experiment(source, scenario, isControl, seed)
            : throw new BadInputException($"{source}: expects nothing of a known value. Write, for example: expect: [mean == 5s +- 2%]");
    }

    private static IEnumerable<string> Read(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.yaml").Select(f => folder + Path.GetFileNameWithoutExtension(f))
            .Order(StringComparer.Ordinal);
}
