using HA.Core.Alerting;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Alerts;

/// <summary>Says alerts to the log.</summary>
internal sealed class LogAlertSink(ILogger log) : IAlertSink
{
    public void Take(Alert alert)
    {
        if (alert.State == AlertState.Recovered) log.AlertRecovered(alert.Rule, alert.Service, alert.At - alert.Since);
        else if (alert.Severity == AlertSeverity.Critical) log.CriticalAlert(alert.Rule, alert.Summary, alert.Since);
        else log.WarningAlert(alert.Rule, alert.Summary, alert.Since);
    }
}
