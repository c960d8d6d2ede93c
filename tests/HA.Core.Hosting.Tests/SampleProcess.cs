using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace HA.Core.Hosting.Tests;

/// <summary>A sample as a process of its own, as its operator has it.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private SampleProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal string[] Lines => [.. _lines];

    /// <param name="name">Its project.</param>
    /// <param name="arguments">Configuration, each as <c>key=value</c>.</param>
    internal static SampleProcess Start(string name, params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name);
        return Start("dotnet", folder, [Path.Combine(folder, name + ".dll")], arguments);
    }

    /// <summary>As it was published, with a runtime of its own.</summary>
    internal static SampleProcess StartPublished(string folder, string name, params string[] arguments) =>
        Start(Path.Combine(folder, name), folder, [], arguments);

    private static SampleProcess Start(string program, string folder, string[] before, string[] arguments)
    {
        var start = new ProcessStartInfo(program, before)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add($"--{argument}");
        return new SampleProcess(Process.Start(start)!);
    }

    /// <summary>SIGTERM, and the code with which it ended.</summary>
    internal async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>The code with which it ends by itself, in good time.</summary>
    internal async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Kill -9.</summary>
    internal async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
    }
}
