using System.Reflection;

namespace HA.Core.Architecture.Tests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Source => Path.Combine(Root, "src");

    public static IEnumerable<string> Projects => Directory.GetFiles(Source, "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Code(params string[] folders) => folders
        .Select(static f => Path.Combine(Root, f)).Where(Directory.Exists)
        .SelectMany(static f => Directory.EnumerateFiles(f, "*.cs", SearchOption.AllDirectories))
        .Where(static f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    public static Assembly Load(string project) => Assembly.Load(new AssemblyName(project));

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "HA.Core.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No HA.Core.sln above the tests."));
}
