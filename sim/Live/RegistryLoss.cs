using System.Diagnostics;

namespace HA.Core.Sim.Live;

/// <summary>Kills the registry, and measures how long the instances need to be registered again when it is back.</summary>
internal sealed class RegistryLoss(LiveRegistry registry, LiveObserver observer)
{
    // Patience, not a promise.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>From the moment the server served again until all of them were in it; null before, or if they never were.</summary>
    internal TimeSpan? Took { get; private set; }

    internal async Task BeginAsync()
    {
        observer.Note("fault", registry.Title, "kill -9");
        await registry.KillAsync();
    }

    internal async Task EndAsync(IReadOnlyCollection<string> living, CancellationToken stop)
    {
        await registry.RestartAsync();
        var since = Stopwatch.StartNew();
        observer.Note("fault", registry.Title, "restarted without its data");
        await using var connection = registry.Connect();
        while (since.Elapsed < Limit)
        {
            if (await KnowsAsync(connection, living, stop))
            {
                Took = since.Elapsed;
                observer.Note("registry", registry.Title, $"knows {living.Count} instances again");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), stop);
        }
    }

    private static async Task<bool> KnowsAsync(MortalRegistry connection, IReadOnlyCollection<string> living, CancellationToken stop)
    {
        try
        {
            var catalog = await connection.DiscoverAsync(LiveInstance.Service, stop);
            return living.All(id => catalog.Instances.Any(i => i.Id == id));
        }
        catch (Registry.RegistryException)
        {
            return false;
        }
    }
}
