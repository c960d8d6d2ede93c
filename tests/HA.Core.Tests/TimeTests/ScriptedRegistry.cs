using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

/// <summary>A registry whose readers are told what a test says.</summary>
internal sealed class ScriptedRegistry(Stage stage) : IServiceRegistry
{
    private readonly AsyncSignal _changed = new(stage.Environment);
    private ServiceCatalog? _current;
    private Exception? _failure;
    private bool _endsWatches;

    public RegistryCapabilities Capabilities { get; } = new(
        "scripted", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromMinutes(1), SurvivesRestart: false);

    /// <summary>Answers direct reads; the current catalog unless a test says otherwise.</summary>
    internal Func<CancellationToken, Task<ServiceCatalog>>? Read { get; set; }

    internal List<TimeSpan> WatchesBegun { get; } = [];

    internal int OpenWatches { get; private set; }

    internal List<TimeSpan> Reads { get; } = [];

    internal void Tell(ServiceCatalog catalog)
    {
        (_current, _failure, _endsWatches) = (catalog, null, false);
        _changed.Set();
    }

    internal void Fail(Exception error)
    {
        _failure = error;
        _changed.Set();
    }

    /// <summary>New watches are accepted, and never answered.</summary>
    internal void Hang()
    {
        (_current, _failure) = (null, null);
        _changed.Set();
    }

    /// <summary>Watches do not listen when they are told to stop.</summary>
    internal bool IsDeaf { get; init; }

    internal void EndWatches()
    {
        _endsWatches = true;
        _changed.Set();
    }

    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        Reads.Add(stage.Now);
        return Read is null ? _current! : await Read(cancellationToken);
    }

    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WatchesBegun.Add(stage.Now);
        OpenWatches++;
        try
        {
            ServiceCatalog? delivered = null;
            while (true)
            {
                var seen = _changed.Version;
                if (_failure is not null) throw _failure;
                if (_endsWatches) yield break;
                if (_current is not null && !ReferenceEquals(_current, delivered))
                {
                    yield return delivered = _current;
                    continue;
                }

                await _changed.WaitAsync(seen, IsDeaf ? CancellationToken.None : cancellationToken);
            }
        }
        finally
        {
            OpenWatches--;
        }
    }

    public ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
