using System.Runtime.CompilerServices;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Samples;

/// <summary>
/// A registry in a folder that processes share, as an example of a provider: a file for each instance, a lock file, leases
/// by the wall clock of the machine, and watches that look every 50 ms.
/// </summary>
/// <remarks>For one machine: its clock is the only one, and its kernel keeps the lock. Safe for concurrent use.</remarks>
public sealed class FolderRegistry : IServiceRegistry
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly string _path;
    private readonly TimeProvider _time;

    /// <summary>Opens a registry.</summary>
    /// <param name="path">The folder; it is created when it does not exist.</param>
    /// <param name="environment">Its clock; <see cref="ServiceEnvironment.System"/> when null.</param>
    public FolderRegistry(string path, ServiceEnvironment? environment = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
        _time = (environment ?? ServiceEnvironment.System).Time;
        Directory.CreateDirectory(path);
    }

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities { get; } = new(
        "folder", MinTimeToLive: TimeSpan.FromMilliseconds(100), RemovalLatency: TimeSpan.FromMilliseconds(500),
        DepartureMemory: TimeSpan.FromMinutes(1), SurvivesRestart: true);

    /// <inheritdoc/>
    public ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        var lifetime = terms.TimeToLiveAt(Capabilities);
        return ChangeAsync(instance.Service, folder =>
        {
            var present = folder.Find(instance.Id);
            var isMine = present is not null && present.Owner == terms.Owner;
            if (present is { HasLeft: false } && !isMine && !terms.TakeOver)
            {
                throw new RegistrationFencedException(
                    $"{instance} is registered by another owner. Two processes use the id '{instance.Id}': give each its own.");
            }

            var since = isMine && !present!.HasLeft ? present.Instance.RegisteredAt : _time.GetUtcNow();
            var entry = new FolderEntry(instance.WithRegisteredAt(since), terms.Owner, folder.NextLease(), DueIn(lifetime), HasLeft: false);
            folder.Put(entry, isNews: !isMine || present!.HasLeft || !present.Instance.Equals(entry.Instance));
            return new ServiceRegistration(entry.Instance, entry.Owner, lifetime, entry.Lease);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return ChangeAsync(registration.Instance.Service, folder =>
        {
            if (folder.Find(registration.Instance.Id) is not { HasLeft: false } present) return RenewalResult.Lost;
            if (present.Owner != registration.Owner) return RenewalResult.Fenced;
            folder.Put(present with { Due = DueIn(registration.TimeToLive) }, isNews: false);
            return RenewalResult.Renewed;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        await ChangeAsync(registration.Instance.Service, folder =>
        {
            if (folder.Find(registration.Instance.Id) is not { HasLeft: false } present || present.Owner != registration.Owner) return false;
            folder.Put(present with { HasLeft = true, Due = DueIn(Capabilities.DepartureMemory) }, isNews: true);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        ChangeAsync(service, static folder => folder.Catalog(), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var delivered = long.MinValue;
        while (true)
        {
            var catalog = await DiscoverAsync(service, cancellationToken).ConfigureAwait(false);
            if (catalog.Revision < delivered) throw new RegistryException($"The folder of '{service}' was replaced by an older one.");
            if (catalog.Revision > delivered) yield return catalog;
            delivered = catalog.Revision;
            await _time.DelayAsync(LookEvery, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing is held open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // One at a time, over all processes: reads too, because whoever reads also removes what has ended.
    private async ValueTask<T> ChangeAsync<T>(string service, Func<ServiceFolder, T> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = ServiceFolder.PathOf(_path, service);
        try
        {
            Directory.CreateDirectory(path);
            await using var held = (await LockAsync(path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var folder = new ServiceFolder(path, service);
            folder.Expire(_time.GetUtcNow());
            return change(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"The folder '{path}' cannot be used: {e.Message}", e);
        }
    }

    private async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!cancellationToken.IsCancellationRequested && File.Exists(Path.Combine(path, "lock")))
            {
                // Another one holds it, for a moment; the kernel lets go of it when a process dies.
                await _time.DelayAsync(TimeSpan.FromMilliseconds(2), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private DateTimeOffset DueIn(TimeSpan lifetime) => _time.GetUtcNow() + lifetime;
}
