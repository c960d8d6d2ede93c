using HA.Core.Hosting.Centre;
using HA.Core.Hosting.Registration;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HA.Core.Hosting;

/// <summary>Health checks.</summary>
public static class HighAvailabilityHealthChecks
{
    /// <summary>Adds the checks of high availability.</summary>
    /// <remarks>
    /// <c>ha-ready</c>, with the tag <c>ready</c>: unhealthy until this program is up, and from the moment it is told to stop; it needs
    /// <see cref="SelfRegistrationServices.AddSelfRegistration"/>. <c>ha-config</c>, with the tag <c>ha</c>: degraded while the
    /// configuration as it is now is not used because something is wrong with it, or a configuration centre does not answer;
    /// <c>ha-registry</c>, degraded while the registry does not answer for a service that is called; <c>ha-services</c>, degraded
    /// while one of those has too few instances that are fit. The last two have an entry for each service among their data.
    /// Let none of these three decide about readiness: a slip in a shared configuration, or a registry that is down, would take out
    /// every program at once.
    /// </remarks>
    public static IHealthChecksBuilder AddHighAvailability(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static s => s.ServiceType == typeof(SelfRegistration)))
            builder.Add(new HealthCheckRegistration("ha-ready", ReadyCheck.Of, null, ["ready"]));
        return builder
            .Add(new HealthCheckRegistration("ha-config", ConfigCheck.Of, null, ["ha"]))
            .Add(new HealthCheckRegistration("ha-registry", RegistryCheck.Of, null, ["ha"]))
            .Add(new HealthCheckRegistration("ha-services", ServicesCheck.Of, null, ["ha"]));
    }

    private sealed class ReadyCheck(DrainState state) : IHealthCheck
    {
        internal static ReadyCheck Of(IServiceProvider services) => new(services.GetRequiredService<DrainState>());

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(state.IsReady
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(state.IsDraining ? "draining" : "starting"));
    }

    private sealed class ConfigCheck(OptionsKeeper keeper, CentreReports reports) : IHealthCheck
    {
        internal static ConfigCheck Of(IServiceProvider services) =>
            new(services.GetRequiredService<OptionsKeeper>(), services.GetRequiredService<CentreReports>());

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            string?[] reasons =
            [
                keeper.Refused,
                .. reports.Centres.Select(static c => c.Refused is { } refused ? $"{c.Name} is not used: {refused}" : null),
                .. reports.Centres.Select(static c => c.Outage is { } outage ? $"{c.Name} does not answer: {outage}" : null),
            ];
            var reason = string.Join(" ", reasons.OfType<string>());
            return Task.FromResult(reason.Length > 0 ? HealthCheckResult.Degraded(reason) : HealthCheckResult.Healthy());
        }
    }
}
