using HA.Core.Alerting;

namespace HA.Core.Hosting;

/// <summary>What this program tells when something is wrong. All of it is cold: it counts from one start to the next.</summary>
public sealed class AlertingOptions
{
    /// <summary>When an alert is told.</summary>
    public AlertOptions Rules { get; set; } = new();

    /// <summary>Where alerts are posted to; null for nowhere. They are logged in any case.</summary>
    public WebhookOptions? Webhook { get; set; }
}
