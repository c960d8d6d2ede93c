using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Hosting.Settings;

/// <summary>The options that count: the last ones that would do.</summary>
/// <remarks>
/// A change of the configuration is read and checked as a whole before anything is changed; one that will not do is told to
/// the log, the meter and the health check, and nothing else happens.
/// </remarks>
internal sealed class OptionsKeeper : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IOptionsFactory<HighAvailabilityOptions> _factory;
    private readonly HostingMeters _meters;
    private readonly ILogger _log;
    private readonly List<IDisposable> _subscriptions = [];
    private volatile HighAvailabilityOptions _current;
    private volatile string? _refused;

    public OptionsKeeper(
        IOptionsFactory<HighAvailabilityOptions> factory, IEnumerable<IOptionsChangeTokenSource<HighAvailabilityOptions>> sources,
        HostingMeters meters, ILoggerFactory loggers)
    {
        _factory = factory;
        _meters = meters;
        _log = loggers.CreateLogger(HostingLog.ConfigCategory);
        _current = factory.Create(Options.DefaultName);
        DefaultRegistry = _current.Registry;
        foreach (var source in sources) _subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, Reload));
    }

    /// <summary>Applies changed options to what runs, one change at a time.</summary>
    internal Action<HighAvailabilityOptions>? Applying { get; set; }

    internal HighAvailabilityOptions Current => _current;

    /// <summary>The one of the start: it is cold.</summary>
    internal string? DefaultRegistry { get; }

    /// <summary>Why the configuration as it is now is not used; null if it is.</summary>
    internal string? Refused => _refused;

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                var next = _factory.Create(Options.DefaultName);
                // The old ones again: whoever listens compares.
                _current = next;
                Applying?.Invoke(next);
                _refused = null;
                _meters.Reloaded(isApplied: true);
                _log.Reloaded();
                if (next.Registry != DefaultRegistry) _log.RegistryIsCold(DefaultRegistry ?? "(the first)", next.Registry ?? "(the first)");
            }
            catch (Exception e)
            {
                // Whatever it is, it must not end the one who watches the configuration.
                _refused = e is OptionsValidationException invalid ? string.Join(" ", invalid.Failures) : e.Message;
                _meters.Reloaded(isApplied: false);
                _log.ReloadRefused(_refused);
            }
        }
    }
}
