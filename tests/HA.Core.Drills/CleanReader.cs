using System.Diagnostics;
using HA.Core.Registry;

namespace HA.Core.Drills;

/// <summary>Looks at a server directly, with a connection that no fault has touched: a new one whenever the last one failed.</summary>
internal sealed class CleanReader(RegistryRig rig, string address) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private IServiceRegistry? _registry;

    /// <summary>The instances, or null if the server could not be read.</summary>
    internal async Task<ServiceInstance[]?> TryReadAsync(string service)
    {
        _registry ??= rig.Open(address);
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            var catalog = await _registry.DiscoverAsync(service, deadline.Token);
            return [.. catalog.Instances.Select(static i => i.WithRegisteredAt(null))];
        }
        catch (Exception e) when (e is RegistryException or OperationCanceledException)
        {
            await DisposeAsync();
            return null;
        }
    }

    /// <summary>Looks for a while, and answers when what should hold began to hold for good.</summary>
    /// <param name="service">Whose instances.</param>
    /// <param name="window">How long to look.</param>
    /// <param name="holds">Of the instances.</param>
    /// <returns>The time from now; null if it did not hold at the end.</returns>
    internal async Task<TimeSpan?> SettleAsync(string service, TimeSpan window, Func<ServiceInstance[], bool> holds)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? since = TimeSpan.Zero;
        while (clock.Elapsed < window)
        {
            var read = await TryReadAsync(service);
            if (read is null || !holds(read)) since = null;
            else since ??= clock.Elapsed;
            await Task.Delay(Pause);
        }

        return since;
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is { } registry) await registry.DisposeAsync();
        _registry = null;
    }
}
