namespace HA.Core.Architecture.Tests;

public class MutantTests
{
    /// <summary>Planted bugs are not planted by the ordinary tests: who changes a line under one has to hear of it here.</summary>
    [Fact]
    public void Patches_OfPlantedBugs_FitTheSource() => Assert.All(Patches(), static patch =>
    {
        var lines = File.ReadAllLines(patch);
        // One that plants another one's bug says so, and has no hunks.
        if (Array.Exists(lines, static l => l.StartsWith("# patch:", StringComparison.Ordinal))) return;
        string? file = null;
        var hunks = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("--- a/", StringComparison.Ordinal))
                file = File.ReadAllText(Path.Combine(Repository.Root, lines[i][6..])).ReplaceLineEndings("\n");
            if (!lines[i].StartsWith("@@", StringComparison.Ordinal)) continue;
            var before = lines.Skip(i + 1).TakeWhile(IsOfHunk).Where(static l => !l.StartsWith('+')).Select(static l => l.Length > 0 ? l[1..] : "");
            Assert.Contains(string.Join('\n', before).TrimEnd('\n'), file!, StringComparison.Ordinal);
            hunks++;
        }

        Assert.NotEqual(0, hunks);
    });

    private static bool IsOfHunk(string line) => line is "" or [' ' or '-' or '+', ..] && !line.StartsWith("--- a/", StringComparison.Ordinal);

    private static IEnumerable<string> Patches() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "tests", "mutants"), "*.patch", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
