using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Centre;

/// <summary>Finds the centres in a program's configuration, and says to log and meter what happens to them.</summary>
internal sealed class CentreReports : IDisposable
{
    private readonly HostingMeters _meters;
    private readonly ILogger _log;

    public CentreReports(IServiceProvider services, HostingMeters meters, ILoggerFactory loggers)
    {
        _meters = meters;
        _log = loggers.CreateLogger(HostingLog.ConfigCategory);
        Centres = [.. Find(services.GetService<IConfiguration>())];
        foreach (var centre in Centres) centre.Journal.Attach(Report);
    }

    internal CentreProvider[] Centres { get; }

    public void Dispose()
    {
        foreach (var centre in Centres) centre.Journal.Detach(Report);
    }

    private static IEnumerable<CentreProvider> Find(IConfiguration? configuration) =>
        configuration is not IConfigurationRoot root ? [] : root.Providers.SelectMany(static provider => provider switch
        {
            CentreProvider centre => [centre],
            ChainedConfigurationProvider chained => Find(chained.Configuration),
            _ => Enumerable.Empty<CentreProvider>(),
        });

    private void Report(CentreEvent happened)
    {
        switch (happened.Kind)
        {
            case CentreEventKind.Applied:
                _log.CentreApplied(happened.Centre, happened.Message);
                break;
            case CentreEventKind.Rejected:
                // Nobody else hears of it: the configuration as the program sees it has not changed.
                _meters.Reloaded(isApplied: false);
                _log.CentreRejected(happened.Centre, happened.Message);
                break;
            case CentreEventKind.Settled:
                _log.CentreSettled(happened.Centre);
                break;
            case CentreEventKind.Lost:
                _log.CentreLost(happened.Centre, happened.Message);
                break;
            case CentreEventKind.Recovered:
                _log.CentreRecovered(happened.Centre);
                break;
            case CentreEventKind.Restored:
                _log.CentreRestored(happened.Centre, happened.Message);
                break;
            case CentreEventKind.Denied:
                _meters.KeyDenied();
                _log.CentreKeyDenied(happened.Centre, happened.Message);
                break;
            case CentreEventKind.StoreFailed:
                _log.CentreStoreFailed(happened.Centre, happened.Message);
                break;
            default:
                _log.CentreListenerFailed(happened.Centre, happened.Message);
                break;
        }
    }
}
