namespace HA.Core.Hosting.Tests;

internal static class Files
{
    /// <summary>The folder of the repository.</summary>
    internal static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "HA.Core.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No HA.Core.sln above the tests."));
}
