using HA.Core.Hosting.Registration;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
        var services = builder.Services;
        if (configure is not null) services.Configure(configure);
        if (services.Any(static s => s.ServiceType == typeof(SelfRegistration))) return builder;
        services.AddSingleton<SelfRegistration>();
        services.AddSingleton<SelfRegistrationProblems>();
        // Before what the program itself has configured: the last word is the code's.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<SelfRegistrationOptions>, SelfRegistrationReader>());
        services.AddOptions<SelfRegistrationOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SelfRegistrationOptions>, SelfRegistrationValidator>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<SelfRegistration>());
        services.AddSingleton<IStartupFilter, InFlightFilter>();
        return builder;
    }
}

/// <summary>What was wrong with the section, kept for the validation.</summary>
internal sealed class SelfRegistrationProblems
{
    internal List<string> Failures { get; } = [];
}

internal sealed class SelfRegistrationReader(IEnumerable<OptionsSection> sections, SelfRegistrationProblems problems)
    : IConfigureOptions<SelfRegistrationOptions>
{
    public void Configure(SelfRegistrationOptions options)
    {
        problems.Failures.Clear();
        foreach (var section in sections)
            _ = RegistrationSettings.Table.Read(section.Configuration.GetSection(SectionReader.Registration), problems.Failures)(options);
    }
}

internal sealed class SelfRegistrationValidator(SelfRegistrationProblems problems, NamedParts parts)
    : IValidateOptions<SelfRegistrationOptions>
{
    private const string Section = "HA:Registration";

    public ValidateOptionsResult Validate(string? name, SelfRegistrationOptions options)
    {
        List<string> failures = [.. problems.Failures];
        parts.CheckRegistry($"{Section}:Registry", options.Registry, failures);
        try
        {
            if (string.IsNullOrEmpty(options.Service))
                failures.Add($"{Section}:Service is missing: it names what this program is an instance of. For example: catalog.");
            else
                _ = SelfRegistration.Describe(options, options.Scheme ?? "http", options.Address ?? "127.0.0.1", options.Port ?? 1);
        }
        catch (ArgumentException e)
        {
            failures.Add($"{Section}: {e.Message}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
