using HA.Core.Alerting;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Alerts;

/// <summary>Runs the alerts from the program's start to its end.</summary>
internal sealed class AlertService(
    IOptions<AlertingOptions> options, ServiceDirectory directory, AlertSignals signals, IEnumerable<IAlertSink> own,
    ServiceEnvironment environment, HostingMeters meters, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger(HostingLog.AlertsCategory);
    private WebhookAlertSink? _webhook;
    private AlertEngine? _engine;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Webhook is { } webhook) _webhook = new WebhookAlertSink(webhook, environment, meters, _log);
        IAlertSink[] sinks = [new LogAlertSink(_log), .. _webhook is null ? (IAlertSink[])[] : [_webhook], .. own];
        var engine = new AlertEngine(() => directory.Pools, signals, sinks, environment, options.Value.Rules);
        _engine = engine;
        meters.Live.Alerts = () => engine.Firing;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync().ConfigureAwait(false);
        if (_webhook is not null) await _webhook.DisposeAsync().ConfigureAwait(false);
    }
}
