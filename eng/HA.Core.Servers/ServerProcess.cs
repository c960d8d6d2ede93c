using System.Collections.Concurrent;
using System.Diagnostics;

namespace HA.Core.Servers;

/// <summary>A real server in a process of its own, with a data folder of its own. One test uses it at a time.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    private static readonly ConcurrentDictionary<int, byte> Running = new();

    private readonly ServerSpec _spec;
    private readonly string _folder;
    private Process? _process;
    private int _starts;

    // A test run that ends by an exception leaves no server behind.
    static ServerProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (var pid in Running.Keys) Signals.SendKill(pid);
    };

    private ServerProcess(ServerSpec spec)
    {
        _spec = spec;
        _folder = Directory.CreateTempSubdirectory($"ha-{spec.Name}-").FullName;
    }

    /// <summary>The process id; of the last process if it was killed.</summary>
    public int Pid { get; private set; }

    /// <summary>Where the server keeps its data.</summary>
    public string DataFolder => Path.Combine(_folder, "data");

    private string LogFile => Path.Combine(_folder, $"log-{_starts}");

    /// <summary>Starts a server and waits until it serves.</summary>
    public static async Task<ServerProcess> StartAsync(ServerSpec spec)
    {
        var server = new ServerProcess(spec);
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it without a warning, as a power cut does, and waits until it is gone. Works on a frozen one too.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        Signals.SendKill(Pid);
        await process.WaitForExitAsync();
        Running.TryRemove(Pid, out _);
        process.Dispose();
        _process = null;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task WaitForExitAsync()
    {
        if (_process is { } process) await process.WaitForExitAsync();
    }

    /// <summary>Stops it in the middle of whatever it does: connections stay open, nothing answers.</summary>
    public void Freeze() => Signals.SendStop(Pid);

    /// <summary>Ends a freeze.</summary>
    public void Thaw() => Signals.SendContinue(Pid);

    /// <summary>Kills it if it runs, starts it on the same ports, and waits until it serves.</summary>
    /// <param name="keepsData">False: the data folder is emptied first.</param>
    public async Task RestartAsync(bool keepsData)
    {
        await KillAsync();
        if (!keepsData && Directory.Exists(DataFolder)) Directory.Delete(DataFolder, recursive: true);
        await LaunchAsync();
    }

    /// <summary>Ends the process and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task LaunchAsync()
    {
        Directory.CreateDirectory(DataFolder);
        _starts++;
        // The shell becomes the server, so its process id is the server's, and the log needs nobody to read it.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = DataFolder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null");
        start.ArgumentList.Add(_spec.Name);
        start.ArgumentList.Add(LogFile);
        start.ArgumentList.Add(_spec.Binary);
        foreach (var argument in _spec.Arguments(DataFolder)) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{_spec.Binary} did not start.");
        Pid = _process.Id;
        Running[Pid] = 0;
        await WaitUntilReadyAsync(_process);
    }

    private async Task WaitUntilReadyAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(_spec.ReadyWithin);
        var last = "it said no";
        while (!process.HasExited && !deadline.IsCancellationRequested)
        {
            try
            {
                if (await _spec.IsReadyAsync(deadline.Token)) return;
                await Task.Delay(PollInterval, deadline.Token);
            }
            catch (Exception e)
            {
                last = e.Message;
                await Task.Delay(PollInterval, CancellationToken.None);
            }
        }

        var end = process.HasExited ? $"ended with code {process.ExitCode}" : $"was not ready within {_spec.ReadyWithin} ({last})";
        throw new InvalidOperationException($"{_spec.Name} {end}. The end of its log:\n{LogTail()}");
    }

    private string LogTail() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(20)) : "(none)";
}
