using HA.Core.Hosting.Runtime;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Settings;

/// <summary>Says everything that is wrong with the options, at once.</summary>
internal sealed class OptionsValidator(NamedParts parts, IEnumerable<OptionsSection> roots, IServiceProvider services)
    : IValidateOptions<HighAvailabilityOptions>
{
    public ValidateOptionsResult Validate(string? name, HighAvailabilityOptions options)
    {
        List<string> failures = [.. options.Failures];
        parts.CheckRegistry("HA:Registry", options.Registry, failures);
        CheckService("HA:Defaults", () => options.Defaults, failures);
        foreach (var service in options.Services) CheckService($"HA:Services:{service}", () => options.OptionsOf(service), failures);
        foreach (var root in roots)
        {
            foreach (var section in root.Configuration.GetSection(SectionReader.Registries).GetChildren())
                parts.CheckRegistry($"{section.Path} is a section for a registry whose name", section.Key, failures);
        }

        foreach (var registry in parts.Registries) registry.Check?.Invoke(services, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private void CheckService(string path, Func<ServiceOptions> get, List<string> failures)
    {
        try
        {
            var options = get();
            parts.CheckRegistry($"{path}:Registry", options.Registry, failures);
            parts.CheckBalancer($"{path}:Balancer", options.Balancer, failures);
            parts.CheckDetector($"{path}:Detector", options.Detector, failures);
            parts.CheckChecker($"{path}:Checker", options.Checker, failures);
            _ = options.Health.Agreeing();
        }
        catch (ArgumentException e)
        {
            failures.Add($"{path}: {e.Message}");
        }
    }
}
