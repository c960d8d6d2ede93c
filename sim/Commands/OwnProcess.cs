using System.Diagnostics;

namespace HA.Core.Sim.Commands;

/// <summary>This program, started once more.</summary>
internal static class OwnProcess
{
    /// <summary>How to start it with other arguments, its streams redirected.</summary>
    internal static ProcessStartInfo With(params IEnumerable<string> args) => Of(null, args);

    /// <summary>The same, from another build of it; null for this one.</summary>
    internal static ProcessStartInfo Of(string? build, params IEnumerable<string> args)
    {
        var assembly = typeof(OwnProcess).Assembly;
        var self = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (build is null && Path.GetFileNameWithoutExtension(self) == assembly.GetName().Name)
        {
            start.FileName = self;
        }
        else
        {
            // Hosted by dotnet, or by a test runner.
            start.FileName = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(build ?? assembly.Location);
        }

        foreach (var arg in args) start.ArgumentList.Add(arg);
        return start;
    }
}
