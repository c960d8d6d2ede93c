using System.Collections.Concurrent;
using HA.Core.Registry;

namespace HA.Core.Servers;

/// <summary>Two keepers of one id, one after the other, told apart by their ports, and who watchers saw.</summary>
/// <param name="Second">How far the second has come.</param>
/// <param name="Ports">The ports that were seen while there was one instance, in order.</param>
public sealed record TwoOwners(RegistrationState Second, IReadOnlyList<int> Ports)
{
    /// <summary>How often the id went from one hand to the other.</summary>
    public int Changes => Ports.Zip(Ports.Skip(1)).Count(static p => p.First != p.Second);

    /// <summary>Lets the second take the id from the first, and waits until the first knows.</summary>
    /// <param name="registry">The first's; it is watched too.</param>
    /// <param name="other">The second's.</param>
    /// <param name="instance">An instance for a port.</param>
    /// <param name="timeToLive">Of both.</param>
    /// <param name="after">An absence: the time in which a first owner that does not stop would write again, several times.</param>
    public static async Task<TwoOwners> ContendAsync(
        IServiceRegistry registry, IServiceRegistry other, Func<int, ServiceInstance> instance, TimeSpan timeToLive, TimeSpan after)
    {
        var options = new RegistrationOptions { TimeToLive = timeToLive };
        var ports = new ConcurrentQueue<int>();
        await using var watcher = new CatalogWatcher(registry, instance(1).Service, c =>
        {
            if (c.Instances is [var only]) ports.Enqueue(only.Port);
        });
        await using var first = new RegistrationKeeper(registry, instance(1), options: options);
        await first.WaitUntilRegisteredAsync();
        await Wait.UntilAsync("the first owner", () => ports.Contains(1));
        await using var second = new RegistrationKeeper(other, instance(2), options: options);

        await Wait.UntilAsync("the first is fenced", () => first.State == RegistrationState.Fenced);
        await Task.Delay(after);
        return new TwoOwners(second.State, [.. ports]);
    }
}
