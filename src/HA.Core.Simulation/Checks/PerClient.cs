using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>What a check remembers of each client, made when it is first asked for.</summary>
/// <remarks>Most runs have one client, and every run asks for the same one many times in a row.</remarks>
internal sealed class PerClient<T> where T : class, new()
{
    private readonly Dictionary<VirtualClient, T> _all = [];
    private VirtualClient? _lastClient;
    private T? _last;

    internal T this[VirtualClient client] => client == _lastClient ? _last! : Find(client);

    private T Find(VirtualClient client)
    {
        if (!_all.TryGetValue(client, out var found)) _all.Add(client, found = new T());
        (_lastClient, _last) = (client, found);
        return found;
    }
}
