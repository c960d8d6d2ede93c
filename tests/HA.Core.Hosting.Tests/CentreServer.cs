using System.Text;
using HA.Core.Hosting.Centre;
using HA.Core.Servers;

namespace HA.Core.Hosting.Tests;

/// <summary>A real server that configuration is kept in, as its operator has it.</summary>
internal sealed class CentreServer(IRegistryServer server, Action<ConfigurationCentreOptions> from, Func<(string, string?)[], Task> write) : IAsyncDisposable
{
    internal const string Prefix = "ha/shop";

    internal ServerProcess Process => server.Process;

    internal Action<ConfigurationCentreOptions> From => from;

    internal static async Task<CentreServer> StartAsync(string kind)
    {
        switch (kind)
        {
            case "etcd":
                var etcd = await EtcdServer.StartAsync();
                return new CentreServer(
                    etcd, c => c.FromEtcd(o => o with { Endpoints = [etcd.Address] }),
                    values => etcd.SendAsync("/v3/kv/txn", $"{{\"success\":[{string.Join(',', values.Select(EtcdStep))}]}}"));
            case "consul":
                var consul = await ConsulServer.StartAsync(durable: true);
                return new CentreServer(
                    consul, c => c.FromConsul(o => o with { Address = consul.Address }),
                    values => consul.SendAsync(HttpMethod.Put, "txn", values.Select(ConsulStep).ToArray()));
            default:
                var redis = await RedisServer.StartAsync();
                return new CentreServer(redis, c => c.FromRedis(o => o with { Servers = redis.Address }), values => RedisAsync(redis, values));
        }
    }

    /// <summary>Writes all of these at once; null takes a key away.</summary>
    internal Task WriteAsync(params (string Key, string? Value)[] values) => write(values);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string EtcdStep((string Key, string? Value) pair) => pair.Value is { } value
        ? $"{{\"requestPut\":{{\"key\":\"{Base64($"{Prefix}/{pair.Key}")}\",\"value\":\"{Base64(value)}\"}}}}"
        : $"{{\"requestDeleteRange\":{{\"key\":\"{Base64($"{Prefix}/{pair.Key}")}\"}}}}";

    private static object ConsulStep((string Key, string? Value) pair) => pair.Value is { } value
        ? new { KV = new { Verb = "set", Key = $"{Prefix}/{pair.Key}", Value = Base64(value) } }
        : (object)new { KV = new { Verb = "delete", Key = $"{Prefix}/{pair.Key}" } };

    private static async Task RedisAsync(RedisServer redis, (string Key, string? Value)[] values)
    {
        string[] set = [.. values.Where(static v => v.Value is not null).SelectMany(static v => (string[])[v.Key, v.Value!])];
        string[] gone = [.. values.Where(static v => v.Value is null).Select(static v => v.Key)];
        if (set.Length > 0) await redis.SendAsync(["HSET", Prefix, .. set]);
        if (gone.Length > 0) await redis.SendAsync(["HDEL", Prefix, .. gone]);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
