using HA.Core.Hosting.Runtime;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Settings;

/// <summary>Options that are read from a section below <c>HA</c>, and checked when the program starts.</summary>
/// <param name="section">Name of the section.</param>
/// <param name="settings">Its keys.</param>
/// <param name="roots">Where the section may be.</param>
/// <param name="problems">What is wrong with the options as a whole; asked with the path of the section.</param>
internal sealed class SectionOptions<TOptions>(
    string section, SettingTable<TOptions> settings, IEnumerable<OptionsSection> roots,
    Func<TOptions, string, IEnumerable<string>> problems)
    : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private readonly Lock _gate = new();
    private readonly List<string> _failures = [];

    public void Configure(TOptions options)
    {
        lock (_gate)
        {
            _failures.Clear();
            foreach (var root in roots) _ = settings.Read(root.Configuration.GetSection(section), _failures)(options);
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        List<string> failures;
        lock (_gate) failures = [.. _failures];
        failures.AddRange(problems(options, $"{HighAvailabilityOptions.SectionName}:{section}"));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
