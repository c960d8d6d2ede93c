using HA.Core.Alerting;
using HA.Core.Hosting.Alerts;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HA.Core.Hosting;

/// <summary>Adds alerts.</summary>
public static class AlertingServices
{
    /// <summary>
    /// Tells when something has been wrong for long enough with the services that this program calls, its registry or its own
    /// registration, and when it is well again: to the log, to a webhook, and to every <see cref="IAlertSink"/> among the services.
    /// </summary>
    /// <remarks>
    /// Options are in the section <c>HA:Alerts</c>. For what only a single program sees; whoever looks after many will rather have
    /// alerts of a system that collects their metrics.
    /// </remarks>
    public static HighAvailabilityBuilder AddAlerts(this HighAvailabilityBuilder builder, Action<AlertingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddSection(SectionReader.Alerts, AlertSettings.Table, Problems, configure);
        var services = builder.Services;
        if (services.Any(static s => s.ServiceType == typeof(AlertService))) return builder;
        services.AddSingleton<AlertService>();
        services.AddSingleton<AlertSignals>();
        services.AddSingleton<ServiceEventListener>(static s => s.GetRequiredService<AlertSignals>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<AlertService>());
        return builder;
    }

    /// <summary>As <see cref="AddAlerts(HighAvailabilityBuilder, Action{AlertingOptions})"/>, and a method hears of them.</summary>
    /// <param name="builder">What it is added to.</param>
    /// <param name="take">Returns at once, and does not throw.</param>
    public static HighAvailabilityBuilder AddAlerts(this HighAvailabilityBuilder builder, Action<Alert> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        builder.AddAlerts().Services.AddSingleton<IAlertSink>(new DelegateAlertSink(take));
        return builder;
    }

    private static IEnumerable<string> Problems(AlertingOptions options, string section)
    {
        if (options.Webhook is { Url: null })
            yield return $"{section}:Webhook:Url is missing: it says where alerts are posted to. Such as https://hooks.example.com/ha.";
        if (options.Webhook is { Secret: null })
            yield return $"{section}:Webhook:Secret is missing: the receiver tells by it who has sent an alert. 16 characters or more.";
    }
}
