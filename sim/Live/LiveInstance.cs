using System.Diagnostics;
using System.Globalization;
using HA.Core.Registry;
using HA.Core.Sim.Commands;

namespace HA.Core.Sim.Live;

/// <summary>An instance as its operator sees it: a process with a port, kept in the registry while it lives.</summary>
internal sealed class LiveInstance(string id, LiveRegistry registry, RegistrationOptions registration) : IAsyncDisposable
{
    internal const string Service = "orders";

    private const int MaxStarts = 5;

    private Process? _process;
    private MortalRegistry? _connection;
    private RegistrationKeeper? _keeper;
    private int _port;

    internal string Id => id;

    /// <summary>Starts the process, on its former port if it had one, and registers it.</summary>
    internal async Task StartAsync(CancellationToken stop)
    {
        for (var start = 1; !await TryStartProcessAsync(stop); start++)
        {
            // Somebody else may hold the port for a moment.
            if (start == MaxStarts) throw new InvalidOperationException($"{id} does not start on port {_port}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
        }

        _connection = registry.Connect();
        var instance = new ServiceInstance(Service, id, "127.0.0.1", _port) { HealthCheckUrl = "/health" };
        _keeper = new RegistrationKeeper(_connection, instance, options: registration);
        await _keeper.WaitUntilRegisteredAsync(stop);
    }

    /// <summary>Kill -9: its connections end with it, and its registration stays until it expires.</summary>
    internal async Task KillAsync()
    {
        _connection?.Kill();
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _process = null;
        if (_keeper is not null) await _keeper.DisposeAsync();
        _keeper = null;
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = null;
    }

    /// <summary>
    /// SIGTERM, as a deployment sends it: it says that it drains, serves on while the word spreads, leaves the registry, and
    /// ends when it has answered what it has.
    /// </summary>
    internal async Task StopAsync(TimeSpan drain, CancellationToken stop)
    {
        _keeper!.Update(_keeper.Instance.WithStatus(ServiceStatus.Draining));
        await Task.Delay(drain, stop);
        await _keeper.DisposeAsync();
        _keeper = null;
        using (var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(stop);
        await _process.WaitForExitAsync(stop);
        _process.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync() => new(KillAsync());

    private async Task<bool> TryStartProcessAsync(CancellationToken stop)
    {
        var process = Process.Start(OwnProcess.With(LiveInstanceCommand.Name, "--id", id, "--port", $"{_port}"))!;
        _process = process;
        // Nobody reads what it complains about, but a full pipe would stop it.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(stop);
        if (line?.StartsWith(InstanceServer.Announcement, StringComparison.Ordinal) == true)
        {
            _port = int.Parse(line.AsSpan(InstanceServer.Announcement.Length), CultureInfo.InvariantCulture);
            return true;
        }

        process.Kill();
        process.Dispose();
        return false;
    }
}
