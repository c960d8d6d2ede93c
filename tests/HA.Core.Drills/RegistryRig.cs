using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>One kind of registry as the drills need it: how its server starts, how it is reached, what it promises beyond the laws.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="StartAsync">Starts a server that keeps its data over a restart, if it can at all.</param>
/// <param name="Open">Opens a registry at <c>host:port</c>, or at several separated by commas.</param>
public sealed record RegistryRig(string Name, Func<Task<IRegistryServer>> StartAsync, Func<string, IServiceRegistry> Open)
{
    /// <summary>The registry's own.</summary>
    public required TimeSpan RemovalLatency { get; init; }

    /// <summary>Longest that a watch takes to see that its server is silent.</summary>
    public required TimeSpan WatchLiveness { get; init; }

    /// <summary>How much longer the dead may stay after a fault, beyond their time to live and the removal latency.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>Starts a server with stand-ins; null if there is nothing of the kind.</summary>
    public Func<Task<IRegistryCluster>>? StartClusterAsync { get; init; }

    /// <summary>Longest that nothing can be written after the leader's death.</summary>
    public TimeSpan FailoverWithin { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A registry of several servers, one of which leads. One drill uses it at a time.</summary>
public interface IRegistryCluster : IAsyncDisposable
{
    /// <summary>For people, with the version: <c>redis 7.0.15, primary and replica</c>.</summary>
    string Name { get; }

    /// <summary>All members as <c>host:port</c>, separated by commas.</summary>
    string Addresses { get; }

    /// <summary>Kills whoever leads, and does what an operator or a sentinel would do about it.</summary>
    Task KillLeaderAsync();

    /// <summary>Writes something as an operator would, by the next best member. Throws while none of them takes it.</summary>
    Task WriteAsync(CancellationToken cancellationToken);
}
