using HA.Core.Registry;
using StackExchange.Redis;

namespace HA.Core.Bench.Registry;

/// <summary>SET with a time to live, PEXPIRE, and a subscription that reads the entry it was told of.</summary>
internal sealed class RedisRaw(ConnectionMultiplexer connection) : IRawClient
{
    private readonly IDatabase _database = connection.GetDatabase();

    internal static async Task<IRawClient> ConnectAsync(int port) =>
        new RedisRaw(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port}"));

    public Task WriteAsync(ServiceInstance instance) =>
        _database.StringSetAsync(Key(instance), InstanceJson.Encode(instance), RegistryMeasure.TimeToLive);

    public Task RenewAsync(ServiceInstance instance) => _database.KeyExpireAsync(Key(instance), RegistryMeasure.TimeToLive);

    // A notification of Redis says nothing of what changed: the least that one must do is read it.
    public Task ListenAsync(string service, Action onEvent)
    {
        return connection.GetSubscriber().SubscribeAsync($"ha:{{{service}}}:changed", (_, _) => _ = ReadAsync());

        async Task ReadAsync()
        {
            await _database.HashValuesAsync($"ha:{{{service}}}:entries");
            onEvent();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.CloseAsync();
        connection.Dispose();
    }

    private static RedisKey Key(ServiceInstance instance) => $"raw:{instance.Id}";
}
