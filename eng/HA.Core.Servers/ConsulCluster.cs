namespace HA.Core.Servers;

/// <summary>Three Consul servers on 127.0.0.1, 127.0.0.2 and 127.0.0.3 that elect a leader among them.</summary>
public sealed class ConsulCluster : IAsyncDisposable
{
    private static readonly string[] Hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

    private readonly ConsulServer[] _servers;
    private readonly int[] _serverPorts;

    private ConsulCluster(ConsulServer[] servers, int[] serverPorts)
    {
        _servers = servers;
        _serverPorts = serverPorts;
    }

    /// <summary>The servers, each an agent of its own too.</summary>
    public IReadOnlyList<ConsulServer> Servers => _servers;

    /// <summary>Starts three and waits until each of them serves.</summary>
    public static async Task<ConsulCluster> StartAsync()
    {
        int[] gossip = [.. Hosts.Select(static _ => LoopbackPort.Free())];
        int[] ports = [.. Hosts.Select(static _ => LoopbackPort.Free())];
        var peers = Hosts.Zip(gossip).Select(static p => $"-retry-join={p.First}:{p.Second}").ToArray();
        var starting = Hosts.Select((host, i) => ConsulServer.StartAsync(
            host, gossip[i], ports[i], ["-server", "-bootstrap-expect=3", "-retry-interval=1s", .. peers], durable: true, null, null)).ToArray();
        try
        {
            return new ConsulCluster(await Task.WhenAll(starting), ports);
        }
        catch
        {
            foreach (var started in starting.Where(static s => s.IsCompletedSuccessfully)) await (await started).DisposeAsync();
            throw;
        }
    }

    /// <summary>The server that leads, as another one tells; null while nobody does.</summary>
    /// <param name="told">Whom to ask.</param>
    public async Task<ConsulServer?> LeaderAsync(ConsulServer told)
    {
        var address = (await told.SendAsync(HttpMethod.Get, "status/leader")).Trim('"', '\n');
        var at = Array.FindIndex(Hosts, h => address.StartsWith(h + ":", StringComparison.Ordinal));
        return at >= 0 && address == $"{Hosts[at]}:{_serverPorts[at]}" ? _servers[at] : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }
}
