using HA.Core.Sim.Verification;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>The scenarios that come with the simulator, beside its executable.</summary>
internal static class ScenarioLibrary
{
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "scenarios");

    internal static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "*.yaml").Select(static f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal),
    ];

    internal static Scenario Load(string name) => ScenarioFile.Load(PathOf(name), []);

    /// <summary>Reads a built-in scenario by name, or any other by its file.</summary>
    /// <exception cref="BadInputException">There is none, or something in it is wrong.</exception>
    internal static Scenario Load(string nameOrFile, IEnumerable<string> settings) => ScenarioFile.Load(FileOf(nameOrFile), settings);

    /// <summary>The file of a built-in scenario, or of any other.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    internal static string FileOf(string nameOrFile)
    {
        if (Names.Contains(nameOrFile, StringComparer.Ordinal)) return PathOf(nameOrFile);
        if (TheoryLibrary.FileOf(nameOrFile) is { } experiment) return experiment;
        if (File.Exists(nameOrFile)) return nameOrFile;
        var isFile = Path.GetExtension(nameOrFile) is ".yaml" or ".yml" or ".json" || nameOrFile.Contains(Path.DirectorySeparatorChar);
        throw new BadInputException(isFile
            ? $"{nameOrFile}: there is no such file"
            : $"'{nameOrFile}' is no scenario{Suggestion.For(nameOrFile, Names, "scenarios")}");
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.yaml");
}
