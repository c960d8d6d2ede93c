namespace HA.Core.Servers;

/// <summary>A real registry server on loopback, and what can happen to it. One test uses it at a time.</summary>
public interface IRegistryServer : IAsyncDisposable
{
    /// <summary>For people, with the version that the server itself tells: <c>redis 7.0.15</c>.</summary>
    string Name { get; }

    /// <summary>The port on 127.0.0.1 that clients use.</summary>
    int Port { get; }

    /// <summary>Its process: to kill, freeze and restart.</summary>
    ServerProcess Process { get; }

    /// <summary>
    /// What can go wrong with a server that stays up, each by its name. Every server has <c>wipe</c> (all registrations are
    /// removed, by an operator's hand) and <c>revoke</c> (all leases end at once, as after a long stall); further ones are
    /// its own, such as <c>compact</c>.
    /// </summary>
    IReadOnlyList<ServerFault> Faults { get; }
}

/// <summary>Something that can be done to a running server.</summary>
/// <param name="Name">One word.</param>
/// <param name="InjectAsync">Does it, and returns when it is done.</param>
public sealed record ServerFault(string Name, Func<Task> InjectAsync);
