using HA.Core.Registry;

namespace HA.Core.Hosting.Runtime;

/// <summary>A registry of the program: those who use it end before it does.</summary>
/// <remarks>
/// A container disposes in the reverse order of making. A registry is made when it is first asked for, by somebody who was
/// made before it: left to that, it would be gone while its services are still watched, and before an instance takes leave.
/// </remarks>
internal sealed class ProgramRegistry(IServiceRegistry registry, RegistryUsers users) : ForwardingRegistry(registry)
{
    public override async ValueTask DisposeAsync()
    {
        await users.EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Who uses the registries of the program. Safe for concurrent use.</summary>
internal sealed class RegistryUsers
{
    private readonly Lock _gate = new();
    private readonly List<IAsyncDisposable> _users = [];

    /// <param name="user">May be disposed more than once.</param>
    internal void Add(IAsyncDisposable user)
    {
        lock (_gate) _users.Add(user);
    }

    internal async ValueTask EndAsync()
    {
        IAsyncDisposable[] users;
        lock (_gate)
        {
            users = [.. _users];
            _users.Clear();
        }

        foreach (var user in users) await user.DisposeAsync().ConfigureAwait(false);
    }
}
