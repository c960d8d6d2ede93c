using System.Diagnostics;

namespace HA.Core.Servers;

/// <summary>Where the servers are: a variable such as HA_REDIS_SERVER, else what eng/servers.sh finds or fetches.</summary>
internal static class ServerBinaries
{
    private static readonly Dictionary<string, string> Found = [];
    private static readonly SemaphoreSlim Gate = new(1);

    /// <summary>The program that a variable names.</summary>
    /// <param name="variable">Such as HA_REDIS_SERVER.</param>
    /// <param name="server">What eng/servers.sh calls it, such as redis.</param>
    internal static async Task<string> FindAsync(string variable, string server)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named) return named;
        await Gate.WaitAsync();
        try
        {
            if (!Found.ContainsKey(variable)) await AskAsync(server);
            return Found.TryGetValue(variable, out var path)
                ? path
                : throw new InvalidOperationException($"eng/servers.sh {server} does not name {variable}.");
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task AskAsync(string server)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Script(AppContext.BaseDirectory));
        start.ArgumentList.Add(server);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var lines = await process.StandardOutput.ReadToEndAsync();
        var problem = await said;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"No {server} to test against.\n{problem}");
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = line["export ".Length..].Split('=', 2);
            Found[pair[0]] = pair[1].Replace("\\", "", StringComparison.Ordinal);
        }
    }

    private static string Script(string folder) => File.Exists(Path.Combine(folder, "eng", "servers.sh"))
        ? Path.Combine(folder, "eng", "servers.sh")
        : Script(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No eng/servers.sh above the tests."));
}
