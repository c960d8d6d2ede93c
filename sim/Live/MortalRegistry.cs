using HA.Core.Registry;

namespace HA.Core.Sim.Live;

/// <summary>
/// The registry as one process reaches it. When that process is killed, nothing more comes from it: no renewal, and no
/// goodbye either.
/// </summary>
/// <param name="registry">The connection.</param>
/// <param name="isOwn">Whether nobody else uses it, so that it ends with this.</param>
internal sealed class MortalRegistry(IServiceRegistry registry, bool isOwn) : ForwardingRegistry(registry, isOwn)
{
    private volatile bool _isDead;

    internal void Kill() => _isDead = true;

    protected override IServiceRegistry Next() => _isDead ? throw new ObjectDisposedException(null, "This process is gone.") : base.Next();
}
