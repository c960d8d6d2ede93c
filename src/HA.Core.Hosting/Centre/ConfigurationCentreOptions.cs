using HA.Core.Hosting.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Centre;

/// <summary>Which centre is followed, and how far it is trusted. A new instance holds the recommended values.</summary>
public sealed class ConfigurationCentreOptions
{
    internal ConfigurationCentreOptions(string prefix, IConfiguration local)
    {
        Prefix = prefix;
        Local = local;
    }

    /// <summary>
    /// What no centre sets unless <see cref="Denied"/> says so: where registries are and with which credentials, how this
    /// program shows itself, addresses of services and which of them are allowed, where files are written, whom this program
    /// believes, and what opens it to others.
    /// </summary>
    public static IReadOnlyList<string> DeniedByDefault { get; } =
    [
        "HA:Registry", "HA:Registries", "HA:Registration", "HA:Defaults:Registry", "HA:Services:*:Registry",
        "HA:Defaults:CatalogFolder", "HA:Services:*:CatalogFolder", "Services", "ConnectionStrings", "Kestrel", "Urls", "AllowedHosts",
        "Authentication", "HA:MutualTls", "HA:Tokens", "HA:Defaults:Watch:Addresses", "HA:Services:*:Watch:Addresses",
        "HA:Defaults:Watch:Limits", "HA:Services:*:Watch:Limits",
    ];

    /// <summary>What the centre's keys begin with.</summary>
    public string Prefix { get; }

    /// <summary>The configuration as far as it was there before the centre: where the centre's own address is.</summary>
    public IConfiguration Local { get; }

    /// <summary>
    /// Keys that the centre may not set, each with all that is below it; a segment <c>*</c> stands for any. One that it sets
    /// all the same is left out, and told.
    /// </summary>
    /// <value>The default is <see cref="DeniedByDefault"/>.</value>
    public IReadOnlyList<string> Denied { get; set; } = DeniedByDefault;

    /// <summary>How much is taken from it.</summary>
    public CentreLimits Limits { get; set; } = new();

    /// <summary>
    /// Folder in which what it said last is kept for a start without it, or null for none. Readable by its owner only, as the
    /// values may be secrets of yours.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>
    /// Longest that a start waits for it. After that the start goes on with what is on disk, or with the local configuration
    /// alone.
    /// </summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan StartTimeout
    {
        get;
        set => field = value > TimeSpan.Zero && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StartTimeout), value, "StartTimeout must be above zero and at most an hour.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a program may not start when neither the centre nor the disk says anything.</summary>
    /// <value>The default is false.</value>
    public bool IsRequired { get; set; }

    /// <summary>
    /// Hears what happens, from the first moment on; on the flow that made it, so it must return quickly. Without it, what
    /// happens before there is a log is kept, and said to the log of the services that <c>AddHighAvailability</c> is in.
    /// </summary>
    public Action<CentreEvent>? OnEvent { get; set; }

    /// <summary>The world; <see cref="ServiceEnvironment.System"/> unless a test says otherwise.</summary>
    public ServiceEnvironment Environment { get; set; } = ServiceEnvironment.System;

    internal Func<CentreScope, IConfigurationCentre>? Create { get; private set; }

    /// <summary>Names the centre.</summary>
    /// <param name="create">Makes it; nothing is connected yet.</param>
    public void From(Func<CentreScope, IConfigurationCentre> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (Create is not null)
            throw new InvalidOperationException("There is a centre already. Call AddHaConfiguration again for another.");
        Create = create;
    }

    /// <summary>
    /// Options of a registry from the section <c>HA:Registries:&lt;name&gt;</c> of <see cref="Local"/>: whoever keeps the services
    /// often keeps the configuration too.
    /// </summary>
    /// <exception cref="OptionsValidationException">The section has a key or a value that will not do.</exception>
    public TOptions Read<TOptions>(string name, SettingTable<TOptions> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<string> failures = [];
        var path = ConfigurationPath.Combine(HighAvailabilityOptions.SectionName, SectionReader.Registries, name);
        var options = settings.Read(Local.GetSection(path), failures)(settings.Create());
        return failures.Count == 0 ? options : throw new OptionsValidationException(name, typeof(TOptions), failures);
    }
}
