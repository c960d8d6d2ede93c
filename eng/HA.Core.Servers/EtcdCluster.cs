using System.Text.Json;

namespace HA.Core.Servers;

/// <summary>A real etcd of three members on loopback.</summary>
public sealed class EtcdCluster : IAsyncDisposable
{
    private EtcdCluster(EtcdServer[] members) => Members = members;

    /// <summary>The members: to kill, freeze and restart each.</summary>
    public IReadOnlyList<EtcdServer> Members { get; }

    /// <summary>Where clients connect.</summary>
    public IReadOnlyList<string> Addresses => [.. Members.Select(static m => m.Address)];

    /// <summary>Starts one, and waits until it has a leader.</summary>
    /// <param name="version">3.4 or 3.5.</param>
    /// <param name="arguments">Further arguments for each member.</param>
    public static async Task<EtcdCluster> StartAsync(string version = "3.5", params string[] arguments)
    {
        var ports = Enumerable.Range(0, 3)
            .Select(static i => (Name: $"n{i}", Client: LoopbackPort.Free(), Peer: LoopbackPort.Free())).ToArray();
        var members = string.Join(',', ports.Select(static p => $"{p.Name}=http://127.0.0.1:{p.Peer}"));
        // None is ready before there are two.
        var starting = ports.Select(async p =>
        {
            var (spec, http) = await EtcdServer.SpecAsync(version, p.Name, members, p.Client, p.Peer, arguments);
            var process = await ServerProcess.StartAsync(spec);
            return new EtcdServer(process, $"etcd {await EtcdServer.VersionAsync(http)}", p.Client, http);
        }).ToArray();
        try
        {
            return new EtcdCluster(await Task.WhenAll(starting));
        }
        catch
        {
            foreach (var start in starting.Where(static s => s.IsCompletedSuccessfully)) await (await start).DisposeAsync();
            throw;
        }
    }

    /// <summary>The member that leads.</summary>
    public async Task<EtcdServer> LeaderAsync()
    {
        EtcdServer? leader = null;
        await Wait.UntilAsync("a leader", async () =>
        {
            foreach (var member in Members)
            {
                var status = await StatusAsync(member);
                if (status is null) continue;
                var id = status.Value.GetProperty("header").GetProperty("member_id").GetString();
                if (status.Value.TryGetProperty("leader", out var named) && named.GetString() == id) leader = member;
            }

            return leader is not null;
        });
        return leader!;
    }

    /// <summary>Kills the member that leads, and answers which it was.</summary>
    public async Task<EtcdServer> KillLeaderAsync()
    {
        var leader = await LeaderAsync();
        await leader.Process.KillAsync();
        return leader;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members) await member.DisposeAsync();
    }

    private static async Task<JsonElement?> StatusAsync(EtcdServer member)
    {
        try
        {
            return await member.SendAsync("/v3/maintenance/status", "{}");
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or OperationCanceledException)
        {
            return null;
        }
    }
}
