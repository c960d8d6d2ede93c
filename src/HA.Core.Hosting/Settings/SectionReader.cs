using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Settings;

/// <summary>Reads the section <c>HA</c> into options. What is wrong with it is noted, for the validation to tell all at once.</summary>
internal static class SectionReader
{
    internal const string Registries = "Registries";
    internal const string Registration = "Registration";
    internal const string Alerts = "Alerts";
    internal const string MutualTls = "MutualTls";
    internal const string Tokens = "Tokens";

    private const string Registry = nameof(HighAvailabilityOptions.Registry);
    private const string Defaults = nameof(HighAvailabilityOptions.Defaults);
    private const string Telemetry = nameof(HighAvailabilityOptions.Telemetry);
    private const string Services = nameof(HighAvailabilityOptions.Services);

    // Those that are not options of ours are read by those whom they concern.
    private static readonly string[] Keys =
        [Registry, Defaults, Services, Registries, Registration, Alerts, Telemetry, MutualTls, Tokens];

    internal static void Read(IConfiguration section, HighAvailabilityOptions options)
    {
        foreach (var child in section.GetChildren())
        {
            if (Is(child, Registry)) options.Registry = string.IsNullOrEmpty(child.Value) ? null : child.Value;
            else if (Is(child, Defaults)) options.Defaults = ServiceSettings.Table.Read(child, options.Failures)(options.Defaults);
            else if (Is(child, Services)) ReadServices(child, options);
            else if (Is(child, Telemetry)) options.Telemetry = TelemetrySettings.Table.Read(child, options.Failures)(options.Telemetry);
            else if (!Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                options.Failures.Add($"{SettingText.Shown(child.Path)}: there is no such key. {Nearest.Of(child.Key, Keys)}");
        }
    }

    private static void ReadServices(IConfigurationSection section, HighAvailabilityOptions options)
    {
        foreach (var child in section.GetChildren())
        {
            var apply = ServiceSettings.Table.Read(child, options.Failures);
            try
            {
                // Keys of configuration have no case; names of services are lower case.
                options.ForService(child.Key.ToLowerInvariant(), o => apply(o));
            }
            catch (ArgumentException e)
            {
                options.Failures.Add($"{SettingText.Shown(child.Path)}: {e.Message}");
            }
        }
    }

    private static bool Is(IConfigurationSection section, string key) =>
        string.Equals(section.Key, key, StringComparison.OrdinalIgnoreCase);
}
