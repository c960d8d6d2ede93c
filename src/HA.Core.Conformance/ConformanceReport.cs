using System.Globalization;

namespace HA.Core.Conformance;

/// <summary>
/// Collects what was found, for a matrix of providers and laws: a folder with a small file for each test of each provider.
/// </summary>
/// <remarks>
/// Nothing is written unless the environment variable <see cref="FolderVariable"/> names a folder and a suite says what it
/// is reported as. A file has one line of fields between tabs: provider, number of the law, of how many laws, name of the
/// test, how many tests the law has, <c>holds</c> or <c>broken</c>. A test that did not run has no file, so counting the
/// files finds it.
/// </remarks>
public static class ConformanceReport
{
    /// <summary>Name of the environment variable that names the folder.</summary>
    public const string FolderVariable = "HA_CONFORMANCE_REPORT";

    internal static void Write(string provider, IReadOnlyList<ConformanceLaw> laws, string test, bool holds)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder) Write(folder, provider, laws, test, holds);
    }

    internal static void Write(string folder, string provider, IReadOnlyList<ConformanceLaw> laws, string test, bool holds)
    {
        var law = laws.Single(l => l.Name == test).Number;
        string[] fields =
        [
            provider, Number(law), Number(laws[^1].Number), test, Number(laws.Count(l => l.Number == law)), holds ? "holds" : "broken",
        ];
        Directory.CreateDirectory(folder);
        // A file for each, so that tests may run side by side, in any number of processes.
        var name = string.Concat(provider.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        File.WriteAllText(Path.Combine(folder, $"{name}.{test}.tsv"), string.Join('\t', fields) + "\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
