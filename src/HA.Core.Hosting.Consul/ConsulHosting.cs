using HA.Core.Consul;
using HA.Core.Hosting.Centre;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting;

/// <summary>Adds the registry, and configuration, in Consul.</summary>
public static class ConsulHosting
{
    /// <summary>The keys of the section <c>HA:Registries:consul</c>. Certificates and handlers are set in code.</summary>
    public static SettingTable<ConsulRegistryOptions> Settings { get; } = new SettingTable<ConsulRegistryOptions>(static () => new())
        .Text("Address", static o => o.Address.AbsoluteUri, static (o, v) => o with { Address = new UriBuilder(v).Uri })
        .OptionalText("Token", static o => o.Token, static (o, v) => o with { Token = v }, "a token", isSecret: true)
        .OptionalText("Datacenter", static o => o.Datacenter, static (o, v) => o with { Datacenter = v }, "dc1")
        .Text("KeyPrefix", static o => o.KeyPrefix, static (o, v) => o with { KeyPrefix = v })
        .Flag("RememberDepartures", static o => o.RememberDepartures, static (o, v) => o with { RememberDepartures = v })
        .Duration("RequestTimeout", static o => o.RequestTimeout, static (o, v) => o with { RequestTimeout = v })
        .Duration("WaitTime", static o => o.WaitTime, static (o, v) => o with { WaitTime = v })
        .Whole("MaxOpenQueries", static o => o.MaxOpenQueries, static (o, v) => o with { MaxOpenQueries = v })
        .OptionalText("TlsHost", static o => o.TlsHost, static (o, v) => o with { TlsHost = v }, "server.dc1.consul");

    /// <summary>Adds the registry in Consul, with options from the section <c>HA:Registries:&lt;name&gt;</c>.</summary>
    /// <param name="builder">The program's high availability.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Token = token }</c>.</param>
    /// <param name="name">Its name in the configuration, and its key.</param>
    public static HighAvailabilityBuilder AddConsulRegistry(
        this HighAvailabilityBuilder builder, Func<ConsulRegistryOptions, ConsulRegistryOptions>? configure = null, string name = "consul")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddRegistry(
            name, Settings, configure, static (services, options) =>
                new ConsulRegistry(options, services.GetRequiredService<ServiceEnvironment>()));
    }

    /// <summary>
    /// Reads configuration from Consul's key-value store: each key below the prefix is a key of the configuration.
    /// </summary>
    /// <remarks>The server is that of the section <c>HA:Registries:&lt;name&gt;</c>, unless it is said otherwise here.</remarks>
    /// <param name="centre">What was begun with <see cref="HaConfiguration.AddHaConfiguration"/>.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Token = token }</c>.</param>
    /// <param name="name">Name of the section.</param>
    public static void FromConsul(
        this ConfigurationCentreOptions centre, Func<ConsulRegistryOptions, ConsulRegistryOptions>? configure = null,
        string name = "consul")
    {
        ArgumentNullException.ThrowIfNull(centre);
        var options = centre.Read(name, Settings);
        if (configure is not null) options = configure(options);
        centre.From(scope => new ConsulCentre(options, scope));
    }
}
