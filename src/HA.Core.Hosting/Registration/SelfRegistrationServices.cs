using HA.Core.Hosting.Registration;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HA.Core.Hosting;

/// <summary>Adds this program to a registry.</summary>
public static class SelfRegistrationServices
{
    /// <summary>
    /// Registers this program as an instance of a service once its server listens, keeps it registered, and takes it out
    /// again when it is told to stop: without a failed call, if clients heed the registry.
    /// </summary>
    /// <remarks>
    /// Options are in the section <c>HA:Registration</c>. When the program stops, it is first not ready any more and told to be
    /// draining, serves on for <see cref="DrainOptions.PropagationTime"/>, waits for what is under way, and deregisters; all of
    /// that before the server stops listening. It must fit into <see cref="HostOptions.ShutdownTimeout"/>, which is said at the
    /// start if it does not.
    /// </remarks>
    public static HighAvailabilityBuilder AddSelfRegistration(this HighAvailabilityBuilder builder,
        Action<SelfRegistrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddSection(
            SectionReader.Registration, RegistrationSettings.Table,
            static (services, options, section) => Problems(services.GetRequiredService<NamedParts>(), options, section), configure);
        var services = builder.Services;
        if (services.Any(static s => s.ServiceType == typeof(SelfRegistration))) return builder;
        services.AddSingleton<SelfRegistration>();
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<SelfRegistration>());
        services.AddSingleton<IStartupFilter, InFlightFilter>();
        return builder;
    }

    private static List<string> Problems(NamedParts parts, SelfRegistrationOptions options, string section)
    {
        List<string> failures = [];
        parts.CheckRegistry($"{section}:Registry", options.Registry, failures);
        try
        {
            if (string.IsNullOrEmpty(options.Service))
                failures.Add($"{section}:Service is missing: it names what this program is an instance of. For example: catalog.");
            else
                _ = SelfRegistration.Describe(options, options.Scheme ?? "http", options.Address ?? "127.0.0.1", options.Port ?? 1);
        }
        catch (ArgumentException e)
        {
            failures.Add($"{section}: {e.Message}");
        }

        return failures;
    }
}
