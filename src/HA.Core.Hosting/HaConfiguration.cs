using HA.Core.Hosting.Centre;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting;

/// <summary>Adds configuration from a configuration centre.</summary>
public static class HaConfiguration
{
    private const int LongestPrefix = 128;

    /// <summary>Adds what a centre holds below a prefix, and follows it while the program runs.</summary>
    /// <remarks>
    /// <para>Keys of the centre are keys of the configuration: <c>ha/shop/HA/Services/catalog/Balancer</c> below <c>ha/shop</c> is
    /// <c>HA:Services:catalog:Balancer</c>. It comes after the sources that were added before, so what it says counts before theirs;
    /// sources that are added later count before it.</para>
    /// <para>An outage of the centre changes nothing: what it said last stays, in the process and, with a
    /// <see cref="ConfigurationCentreOptions.Folder"/>, across its restarts. A change is seen whole or not at all, and one that
    /// would not do as options of this program is not used.</para>
    /// </remarks>
    /// <param name="builder">The program's configuration.</param>
    /// <param name="prefix">What the centre's keys begin with, such as <c>ha/shop</c>. Of Redis: the key of a hash.</param>
    /// <param name="configure">Names the centre, such as <c>centre => centre.FromEtcd()</c>.</param>
    /// <exception cref="ArgumentException">It is not a possible prefix.</exception>
    public static IConfigurationBuilder AddHaConfiguration(
        this IConfigurationBuilder builder, string prefix, Action<ConfigurationCentreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        prefix = prefix.Trim('/');
        if (prefix.Length is 0 or > LongestPrefix || prefix.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new ArgumentException($"A prefix is 1 to {LongestPrefix} characters without blanks, such as ha/shop.", nameof(prefix));
        // A manager is what it has so far; a builder has to build that first.
        if (builder is IConfiguration configuration) return builder.Add(Source(prefix, configuration, configure));
        var former = new ConfigurationBuilder();
        foreach (var (name, value) in builder.Properties) former.Properties[name] = value;
        foreach (var source in builder.Sources) former.Add(source);
        using var local = (ConfigurationRoot)former.Build();
        return builder.Add(Source(prefix, local, configure));
    }

    private static CentreSource Source(string prefix, IConfiguration local, Action<ConfigurationCentreOptions> configure)
    {
        var options = new ConfigurationCentreOptions(prefix, local);
        configure(options);
        return new CentreSource(options);
    }
}
