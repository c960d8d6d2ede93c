using System.Reflection;
using System.Text.RegularExpressions;

namespace HA.Core.Architecture.Tests;

public partial class BannedSymbolsTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    // The assemblies that the list speaks of, loaded so that their types are found by name.
    private static readonly Assembly[] Libraries =
    [
        typeof(object).Assembly, typeof(System.Diagnostics.Stopwatch).Assembly, typeof(System.Timers.Timer).Assembly,
        typeof(HttpClient).Assembly, typeof(System.Threading.Channels.Channel).Assembly, typeof(System.IO.Pipelines.Pipe).Assembly,
        typeof(System.Security.Cryptography.RandomNumberGenerator).Assembly, typeof(Semaphore).Assembly, typeof(Parallel).Assembly,
        typeof(System.Collections.Concurrent.ConcurrentDictionary<,>).Assembly, typeof(System.Collections.Concurrent.ConcurrentBag<>).Assembly,
        typeof(System.Collections.Immutable.ImmutableDictionary<,>).Assembly, typeof(System.Collections.Frozen.FrozenSet<>).Assembly,
    ];

    public static TheoryData<string> Entries =>
        [.. Directory.GetFiles(Repository.Source, "BannedSymbols.*.txt").SelectMany(File.ReadLines)];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Entry_Symbol_Exists(string entry)
    {
        var id = entry.Split(';')[0];
        Assert.Contains("; ", entry, StringComparison.Ordinal);
        if (id.StartsWith("T:", StringComparison.Ordinal))
        {
            Assert.NotNull(Find(id[2..]));
            return;
        }

        var name = id[2..].Split('(')[0];
        var dot = name.LastIndexOf('.');
        var type = Find(name[..dot]);
        Assert.NotNull(type);
        var member = GenericArity().Replace(name[(dot + 1)..], "").Replace("#ctor", ".ctor", StringComparison.Ordinal);
        var arguments = id.Contains('(', StringComparison.Ordinal) ? Arity(id[(id.IndexOf('(', StringComparison.Ordinal) + 1)..^1]) : 0;
        Assert.Contains(type.GetMember(member, All), m => m is not MethodBase method || method.GetParameters().Length == arguments);
    }

    [Fact]
    public void Projects_UnderSource_AllUseTheList()
    {
        var props = File.ReadAllText(Path.Combine(Repository.Source, "Directory.Build.props"));
        var targets = File.ReadAllText(Path.Combine(Repository.Source, "Directory.Build.targets"));
        Assert.Contains("PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\"", props, StringComparison.Ordinal);
        Assert.Contains("AdditionalFiles Include=\"$(MSBuildThisFileDirectory)BannedSymbols.Clock.txt\"", props, StringComparison.Ordinal);
        Assert.Contains("AdditionalFiles Include=\"$(MSBuildThisFileDirectory)BannedSymbols.Determinism.txt\"", targets, StringComparison.Ordinal);
        Assert.Contains("<RunsInSimulation>true</RunsInSimulation>", props, StringComparison.Ordinal);
        Assert.All(Repository.Projects, static p =>
        {
            var text = File.ReadAllText(p);
            Assert.DoesNotContain("RS0030", text, StringComparison.Ordinal);
            Assert.DoesNotContain("BannedSymbols", text, StringComparison.Ordinal);
            Assert.Equal(Repository.Source, Path.GetDirectoryName(Path.GetDirectoryName(p)));
            Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "Directory.Build.props")), p);
        });
    }

    [Theory]
    [InlineData("HA.Core")]
    [InlineData("HA.Core.Simulation")]
    public void Project_ThatRunsInSimulations_KeepsTheWholeLaw(string name) =>
        Assert.DoesNotContain(
            "RunsInSimulation", File.ReadAllText(Path.Combine(Repository.Source, name, name + ".csproj")), StringComparison.Ordinal);

    private static Type? Find(string name) => Libraries.Select(l => l.GetType(name)).FirstOrDefault(static t => t is not null);

    // Commas between the braces of a generic argument separate nothing.
    private static int Arity(string arguments)
    {
        var depth = 0;
        return 1 + arguments.Count(c =>
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            return c == ',' && depth == 0;
        });
    }

    [GeneratedRegex("``[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GenericArity();
}
