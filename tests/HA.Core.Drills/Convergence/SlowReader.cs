using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Drills.Convergence;

/// <summary>A registry whose watches are read by somebody who takes his time with each catalog.</summary>
internal sealed class SlowReader(IServiceRegistry registry, TimeSpan pause) : ForwardingRegistry(registry, isOwn: false)
{
    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var catalog in base.WatchAsync(service, cancellationToken))
        {
            await Task.Delay(pause, cancellationToken);
            yield return catalog;
        }
    }
}
