using System.Text.RegularExpressions;

namespace HA.Core.Architecture.Tests;

/// <summary>Prose that can rot has a test.</summary>
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Readme_Sample_IsTheOneThatIsCompiled()
    {
        var program = File.ReadAllText(Path.Combine(Repository.Root, "samples", "QuickStart", "Program.cs"));
        var compiled = Between(program, "// README: begin\n", "// README: end");
        var shown = Between(Between(Readme, "<!-- sample: begin -->", "<!-- sample: end -->"), "```csharp\n", "```");
        Assert.Equal(compiled, shown);
        Assert.InRange(shown.Split('\n').Count(static l => l.Length > 0 && !l.StartsWith("//", StringComparison.Ordinal)), 5, 10);
    }

    [Fact]
    public void Links_InProse_LeadSomewhere()
    {
        string[] prose = [.. Directory.GetFiles(Repository.Root, "*.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)];
        var broken = prose.SelectMany(static file => Link().Matches(File.ReadAllText(file))
            .Select(static m => m.Groups["target"].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target)))
            .Select(target => $"{Path.GetFileName(file)}: {target}"));
        Assert.Empty(broken);
    }

    private static string Between(string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(from >= begin.Length, $"'{begin}' is missing");
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"\]\((?<target>[^)#]+)[^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
