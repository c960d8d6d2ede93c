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
    /// configuration as it is now is not used because something is wrong with it. Do not let the latter decide about readiness: a
    /// slip in a shared configuration would take out every program that reads it.
    /// </remarks>
    public static IHealthChecksBuilder AddHighAvailability(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static s => s.ServiceType == typeof(SelfRegistration)))
            builder.Add(new HealthCheckRegistration("ha-ready", ReadyCheck.Of, null, ["ready"]));
        return builder.Add(new HealthCheckRegistration("ha-config", ConfigCheck.Of, null, ["ha"]));
    }

    private sealed class ReadyCheck(DrainState state) : IHealthCheck
    {
        internal static ReadyCheck Of(IServiceProvider services) => new(services.GetRequiredService<DrainState>());

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(state.IsReady
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(state.IsDraining ? "draining" : "starting"));
    }

    private sealed class ConfigCheck(OptionsKeeper keeper) : IHealthCheck
    {
        internal static ConfigCheck Of(IServiceProvider services) => new(services.GetRequiredService<OptionsKeeper>());

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(keeper.Refused is { } reason ? HealthCheckResult.Degraded(reason) : HealthCheckResult.Healthy());
    }
}
