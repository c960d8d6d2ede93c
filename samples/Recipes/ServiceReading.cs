using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Hosting;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Samples.Recipes;

/// <summary>
/// The endpoints of a service in the form in which others want them: as they are now, with a token that tells when they are no
/// longer these.
/// </summary>
public static class ServiceReading
{
    /// <summary>
    /// Reads the endpoints of a service. The eligible ones are those that this program would call itself: the registry names
    /// them, they are not found unfit, and nobody has isolated them.
    /// </summary>
    /// <remarks>
    /// The first reading waits for the registry as long as a call would, and is empty after that. Each reading has a token of its
    /// own, which compares versions: a change that comes before anybody listens to the token is told as well.
    /// </remarks>
    /// <exception cref="ArgumentException">It is not a possible name of a service.</exception>
    public static async ValueTask<(EndpointSnapshot Endpoints, IChangeToken Changed)> ReadAsync(
        this ServiceDirectory directory, string service, CancellationToken cancellationToken)
    {
        var pool = await directory.KnownPoolAsync(service, cancellationToken);
        var endpoints = pool.Snapshot;
        return (endpoints, ChangeOf(pool, endpoints.Version));
    }

    // Who must not wait for ever for a registry that is down waits as long as a call would.
    internal static async ValueTask<ServicePool> KnownPoolAsync(
        this ServiceDirectory directory, string service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var pool = directory.PoolOf(service);
        if (pool.HasCatalog) return pool;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(directory.OptionsOf(service).Call.Deadline);
        try
        {
            await pool.WaitForCatalogAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody, then; the change is told when the registry has answered.
        }

        return pool;
    }

    private static CancellationChangeToken ChangeOf(ServicePool pool, long version)
    {
        var changed = new CancellationTokenSource();
        _ = CancelAsync();
        return new CancellationChangeToken(changed.Token);

        async Task CancelAsync()
        {
            try
            {
                await pool.WaitForChangeAsync(version, CancellationToken.None);
            }
            catch (ObjectDisposedException)
            {
                // The program ends.
                return;
            }

            await changed.CancelAsync();
        }
    }
}
