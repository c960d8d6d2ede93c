using HA.Core.Etcd;
using HA.Core.Hosting.Centre;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting;

/// <summary>Adds the registry, and configuration, in etcd.</summary>
public static class EtcdHosting
{
    /// <summary>The keys of the section <c>HA:Registries:etcd</c>. Certificates are set in code.</summary>
    public static SettingTable<EtcdRegistryOptions> Settings { get; } = new SettingTable<EtcdRegistryOptions>(static () => new())
        .Texts("Endpoints", static o => o.Endpoints, static (o, v) => o with { Endpoints = v }, "http://10.0.0.5:2379")
        .OptionalText("UserName", static o => o.UserName, static (o, v) => o with { UserName = v }, "shop")
        .OptionalText("Password", static o => o.Password, static (o, v) => o with { Password = v }, "a password", isSecret: true)
        .OptionalText("TlsHost", static o => o.TlsHost, static (o, v) => o with { TlsHost = v }, "etcd.internal")
        .Text("KeyPrefix", static o => o.KeyPrefix, static (o, v) => o with { KeyPrefix = v })
        .Duration("RequestTimeout", static o => o.RequestTimeout, static (o, v) => o with { RequestTimeout = v })
        .Duration("LivenessInterval", static o => o.LivenessInterval, static (o, v) => o with { LivenessInterval = v });

    /// <summary>Adds the registry in etcd, with options from the section <c>HA:Registries:&lt;name&gt;</c>.</summary>
    /// <param name="builder">The program's high availability.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Endpoints = ["http://etcd:2379"] }</c>.</param>
    /// <param name="name">Its name in the configuration, and its key.</param>
    public static HighAvailabilityBuilder AddEtcdRegistry(
        this HighAvailabilityBuilder builder, Func<EtcdRegistryOptions, EtcdRegistryOptions>? configure = null, string name = "etcd")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddRegistry(
            name, Settings, configure, static (services, options) =>
                new EtcdRegistry(options, services.GetRequiredService<ServiceEnvironment>()));
    }

    /// <summary>Reads configuration from etcd: each key below the prefix is a key of the configuration.</summary>
    /// <remarks>The server is that of the section <c>HA:Registries:&lt;name&gt;</c>, unless it is said otherwise here.</remarks>
    /// <param name="centre">What was begun with <see cref="HaConfiguration.AddHaConfiguration"/>.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Endpoints = ["http://etcd:2379"] }</c>.</param>
    /// <param name="name">Name of the section.</param>
    public static void FromEtcd(
        this ConfigurationCentreOptions centre, Func<EtcdRegistryOptions, EtcdRegistryOptions>? configure = null, string name = "etcd")
    {
        ArgumentNullException.ThrowIfNull(centre);
        var options = centre.Read(name, Settings);
        if (configure is not null) options = configure(options);
        centre.From(scope => new EtcdCentre(options, scope));
    }
}
