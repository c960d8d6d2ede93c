using System.CommandLine;
using System.CommandLine.Parsing;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    internal const ulong DefaultSeed = 1;

    internal const string Perturb = "--perturb";

    internal static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show where an internal error happened.",
        Recursive = true,
    };

    internal static Option<ulong> Seed() => new("--seed")
    {
        Description = "What all chance follows from.",
        DefaultValueFactory = static _ => DefaultSeed,
        HelpName = "N",
    };

    /// <summary>A number that is at least 1.</summary>
    internal static Option<int> Positive(Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError($"{option.Name} must be at least 1.");
        });
        return option;
    }

    /// <summary>What looks like an option and is none would be taken for the name of a scenario.</summary>
    internal static void RefuseOptions(ArgumentResult result)
    {
        var known = ((CommandResult)result.Parent!).Command.Options.Select(static o => o.Name);
        foreach (var word in result.Tokens.Select(static t => t.Value).Where(static w => w.StartsWith('-')))
            result.AddError($"There is no option '{word}'{Suggestion.For(word, known, "options")}");
    }

    internal static Option<string?> Json(string what) => new("--json") { Description = what, HelpName = "FILE|-" };

    internal static Option<string?> FiguresAsJson() =>
        Json("Write the figures as JSON to a file; - writes them, and nothing else, to standard output.");

    internal static Option<string?> Markdown() => new("--markdown") { Description = "Write the table as Markdown to a file.", HelpName = "FILE" };

    internal static Option<string?> Only(string what) => new("--only") { Description = what, HelpName = "NAME,..." };

    internal static Option<string[]> Set(string example) => new("--set")
    {
        Description = $"Change a value, such as {example}. May be given several times.",
        HelpName = "path=value",
        DefaultValueFactory = static _ => [],
    };

    /// <summary>The names in a list with commas.</summary>
    internal static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
