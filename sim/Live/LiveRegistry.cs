using HA.Core.Consul;
using HA.Core.Etcd;
using HA.Core.Redis;
using HA.Core.Registry;
using HA.Core.Servers;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Live;

/// <summary>The registry that <c>live</c> runs over: in this process, or a real server in a process of its own.</summary>
internal sealed class LiveRegistry : IAsyncDisposable
{
    internal const string InMemory = "memory";

    private static readonly Kind[] Kinds =
    [
        new("consul", static async () => await ConsulServer.StartAsync(), static s => new ConsulRegistry(new ConsulRegistryOptions { Address = new Uri($"http://127.0.0.1:{s.Port}") })),
        new("etcd", static async () => await EtcdServer.StartAsync(), static s => new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://127.0.0.1:{s.Port}"] })),
        new("redis", static async () => await RedisServer.StartAsync(), static s => new RedisRegistry(new RedisRegistryOptions { Servers = $"127.0.0.1:{s.Port}" })),
    ];

    private readonly InMemoryRegistry _memory = new();
    private readonly IRegistryServer? _server;
    private readonly Kind? _kind;

    private LiveRegistry(Kind? kind, IRegistryServer? server) => (_kind, _server) = (kind, server);

    /// <summary>What there is, the default first.</summary>
    internal static IReadOnlyList<string> Names { get; } = [InMemory, .. Kinds.Select(static k => k.Name)];

    /// <summary>For people, with the version that the server itself tells.</summary>
    internal string Title => _server?.Name ?? "a registry in memory";

    /// <summary>Starts it.</summary>
    /// <exception cref="BadInputException">There is no such server on this machine, or it does not start.</exception>
    internal static async Task<LiveRegistry> StartAsync(string name)
    {
        if (Array.Find(Kinds, k => k.Name == name) is not { } kind) return new LiveRegistry(null, null);
        try
        {
            return new LiveRegistry(kind, await kind.StartAsync());
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            throw new BadInputException($"--registry {name}: {e.Message.TrimEnd()}");
        }
    }

    /// <summary>A connection for one process.</summary>
    internal MortalRegistry Connect() => _server is null ? new(_memory, isOwn: false) : new(_kind!.Connect(_server), isOwn: true);

    internal Task KillAsync() => _server!.Process.KillAsync();

    /// <summary>Starts it again, without what it knew, and returns when it serves.</summary>
    internal Task RestartAsync() => _server!.Process.RestartAsync(keepsData: false);

    public async ValueTask DisposeAsync()
    {
        await _memory.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    private sealed record Kind(string Name, Func<Task<IRegistryServer>> StartAsync, Func<IRegistryServer, IServiceRegistry> Connect);
}
