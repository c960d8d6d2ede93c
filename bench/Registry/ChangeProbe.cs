using System.Diagnostics;
using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Bench.Registry;

/// <summary>Sees when the news of one change reaches the raw client, the watch, and the published picker.</summary>
internal sealed class ChangeProbe
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _done = new();
    private string? _service;
    private long _begun;
    private double? _raw;
    private double? _watcher;
    private double? _picker;

    /// <summary>Hears of pickers; for the environment of the pools.</summary>
    internal ServiceEventListener Listener => new PickerListener(this);

    internal void RawHeard(string service) => See(service, ref _raw);

    /// <summary>Makes a change and waits until everybody knows.</summary>
    internal async Task<(double Raw, double Watcher, double Picker)> MeasureAsync(string service, Func<Task> change)
    {
        Task done;
        lock (_gate)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = _done.Task;
            (_service, _raw, _watcher, _picker) = (service, null, null, null);
            _begun = Stopwatch.GetTimestamp();
        }

        await change();
        await done.WaitAsync(TimeSpan.FromSeconds(30));
        lock (_gate)
        {
            _service = null;
            return (_raw!.Value, _watcher!.Value, _picker!.Value);
        }
    }

    /// <summary>The same registry, whose watches are seen.</summary>
    internal IServiceRegistry Through(IServiceRegistry registry) => new SeenRegistry(registry, this);

    private void See(string service, ref double? what)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (service != _service || what is not null) return;
            what = Stopwatch.GetElapsedTime(_begun, now).TotalMilliseconds;
            if (_raw is not null && _watcher is not null && _picker is not null) _done.TrySetResult();
        }
    }

    private sealed class PickerListener(ChangeProbe probe) : ServiceEventListener
    {
        // Told after the picker was published.
        public override void OnCatalogChanged(ServiceCatalog catalog) => probe.See(catalog.Service, ref probe._picker);
    }

    private sealed class SeenRegistry(IServiceRegistry inner, ChangeProbe probe) : ForwardingRegistry(inner)
    {
        public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
            string service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var catalog in base.WatchAsync(service, cancellationToken))
            {
                probe.See(service, ref probe._watcher);
                yield return catalog;
            }
        }
    }
}
