using HA.Core.Alerting;
using HA.Core.Hosting.Alerts;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
        var services = builder.Services;
        if (configure is not null) services.Configure(configure);
        if (services.Any(static s => s.ServiceType == typeof(AlertService))) return builder;
        services.AddSingleton<AlertService>();
        services.AddSingleton<AlertingProblems>();
        services.AddSingleton<AlertSignals>();
        services.AddSingleton<ServiceEventListener>(static s => s.GetRequiredService<AlertSignals>());
        // Before what the program itself has configured: the last word is the code's.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<AlertingOptions>, AlertingReader>());
        services.AddOptions<AlertingOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertingOptions>, AlertingValidator>());
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
}

/// <summary>What was wrong with the section, kept for the validation.</summary>
internal sealed class AlertingProblems
{
    internal List<string> Failures { get; } = [];
}

internal sealed class AlertingReader(IEnumerable<OptionsSection> sections, AlertingProblems problems) : IConfigureOptions<AlertingOptions>
{
    public void Configure(AlertingOptions options)
    {
        problems.Failures.Clear();
        foreach (var section in sections)
            _ = AlertSettings.Table.Read(section.Configuration.GetSection(SectionReader.Alerts), problems.Failures)(options);
    }
}

internal sealed class AlertingValidator(AlertingProblems problems) : IValidateOptions<AlertingOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertingOptions options)
    {
        List<string> failures = [.. problems.Failures];
        if (options.Webhook is { Url: null })
            failures.Add("HA:Alerts:Webhook:Url is missing: it says where alerts are posted to. Such as https://hooks.example.com/ha.");
        if (options.Webhook is { Secret: null })
            failures.Add("HA:Alerts:Webhook:Secret is missing: the receiver tells by it who has sent an alert. 16 characters or more.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
