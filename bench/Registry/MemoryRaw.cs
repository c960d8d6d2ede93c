using System.Threading.Channels;

namespace HA.Core.Bench.Registry;

/// <summary>A dictionary under a lock; news goes through a channel to another thread, when the registry's own writes are over.</summary>
internal sealed class MemoryRaw : IRawClient
{
    private static readonly Dictionary<string, Channel<bool>> Listeners = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServiceInstance> _entries = [];

    public Task WriteAsync(ServiceInstance instance)
    {
        lock (_gate) _entries[instance.Id] = instance;
        return Task.CompletedTask;
    }

    public Task RenewAsync(ServiceInstance instance)
    {
        lock (_gate) return _entries.ContainsKey(instance.Id) ? Task.CompletedTask : throw new InvalidOperationException();
    }

    public Task ListenAsync(string service, Action onEvent)
    {
        var channel = Channel.CreateUnbounded<bool>();
        lock (Listeners) Listeners[service] = channel;
        _ = Task.Run(async () =>
        {
            await foreach (var _ in channel.Reader.ReadAllAsync()) onEvent();
        });
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var channel in Listeners.Values) channel.Writer.TryComplete();
        Listeners.Clear();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells the raw listener, as a server would.</summary>
    internal static void Tell(string service)
    {
        if (Listeners.TryGetValue(service, out var channel)) channel.Writer.TryWrite(true);
    }
}
