namespace HA.Core.Hosting;

/// <summary>How this program finds and calls services. A new instance holds the recommended values.</summary>
/// <remarks>
/// Usually bound to the section <c>HA</c> of the configuration, and checked when the program starts. A change of the
/// configuration is checked as a whole: one that will not do changes nothing.
/// </remarks>
public sealed class HighAvailabilityOptions
{
    /// <summary>Name of the section of the configuration.</summary>
    public const string SectionName = "HA";

    private readonly SortedDictionary<string, Action<ServiceOptions>> _services = new(StringComparer.Ordinal);

    /// <summary>Name of the registry that is used where none is named; null for the one that was added first. Cold.</summary>
    public string? Registry { get; set; }

    /// <summary>For every service, unless <see cref="ForService"/> says otherwise.</summary>
    public ServiceOptions Defaults { get; set; } = new();

    /// <summary>What is told of calls and endpoints.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Names of the services that something was said about.</summary>
    public IEnumerable<string> Services => _services.Keys;

    /// <summary>What is wrong with the configuration that these were read from.</summary>
    internal List<string> Failures { get; } = [];

    /// <summary>Says what is different for one service. May be called several times; the last word counts.</summary>
    /// <exception cref="ArgumentException">It is not a possible name of a service.</exception>
    public void ForService(string service, Action<ServiceOptions> configure)
    {
        ServiceInstance.RequireValidService(service);
        ArgumentNullException.ThrowIfNull(configure);
        _services[service] = _services.TryGetValue(service, out var before) ? before + configure : configure;
    }

    /// <summary>What counts for a service.</summary>
    public ServiceOptions OptionsOf(string service)
    {
        var options = Defaults.Copy();
        if (_services.TryGetValue(service, out var configure)) configure(options);
        return options;
    }
}
