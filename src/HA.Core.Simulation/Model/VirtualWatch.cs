using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Simulation.Model;

/// <summary>One watch over the virtual network, which ends as the promises of a provider demand.</summary>
internal sealed class VirtualWatch(World world, VirtualRegistry connection)
{
    /// <summary>How long a provider may leave it unnoticed that nothing comes any more.</summary>
    internal static readonly TimeSpan Liveness = TimeSpan.FromSeconds(15);

    private readonly RegistryTrouble _trouble = world.RegistryTrouble;
    private readonly int _epoch = world.Registry.Epoch;
    private readonly int _breaks = world.RegistryTrouble.Breaks;
    private bool _isStalled;
    private TimeSpan? _silentSince;

    // A stalled connection stays so; one to a frozen server speaks again.
    private bool IsSilent => _isStalled || _trouble.Now.IsFrozen;

    internal async IAsyncEnumerable<ServiceCatalog> RunAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await connection.OpenAsync(Liveness, cancellationToken).ConfigureAwait(false);
        if (_trouble.Now.MutesWatches) await new TaskCompletionSource().Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var catalogs = world.Registry.Store.WatchAsync(service, end.Token).GetAsyncEnumerator(end.Token);
        var next = catalogs.MoveNextAsync().AsTask();
        ServiceCatalog? latest = null;
        try
        {
            while (true)
            {
                var seen = _trouble.Changed.Version;
                var wasEmpty = _trouble.Now.AnswersEmpty;
                if (next.IsCompleted && !IsSilent)
                {
                    await next.ConfigureAwait(false);
                    var told = catalogs.Current;
                    world.Registry.Remember();
                    next = catalogs.MoveNextAsync().AsTask();
                    if (latest is null && _trouble.Now.Lag is { Ticks: > 0 } lag) yield return latest = world.Registry.AsOf(lag);
                    if (latest is null || told.Revision > latest.Revision)
                    {
                        await DelayAsync(_trouble.Now.Delay, cancellationToken).ConfigureAwait(false);
                        await DelayAsync(world.Registry.UntilKnown(told, _trouble.Now.Lag), cancellationToken).ConfigureAwait(false);
                        await connection.ReturnAsync(cancellationToken).ConfigureAwait(false);
                        yield return connection.Shown(latest = told);
                    }
                }

                _isStalled |= latest is not null && _trouble.Now.SilencesWatches;
                var news = IsSilent ? SilenceAsync(end.Token) : next;
                await Task.WhenAny(news, _trouble.Changed.WaitAsync(seen, end.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfBroken();
                if (wasEmpty != _trouble.Now.AnswersEmpty && latest is not null) yield return connection.Shown(latest);
            }
        }
        finally
        {
            end.Cancel();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await catalogs.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void ThrowIfBroken()
    {
        connection.ThrowIfDown();
        if (world.Registry.Epoch != _epoch) throw new RegistryException("The registry went back in its history.");
        if (_trouble.Breaks != _breaks) throw new RegistryException("The watch broke.");
        if (!IsSilent) _silentSince = null;
        else if (world.Simulation.Now - _silentSince >= Liveness) throw new RegistryException("The watch fell silent.");
    }

    private Task SilenceAsync(CancellationToken cancellationToken)
    {
        var since = _silentSince ??= world.Simulation.Now;
        return world.Simulation.DelayAsync(since + Liveness - world.Simulation.Now, cancellationToken).AsTask();
    }

    private async ValueTask DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero) await world.Simulation.DelayAsync(delay, cancellationToken).ConfigureAwait(false);
    }
}
