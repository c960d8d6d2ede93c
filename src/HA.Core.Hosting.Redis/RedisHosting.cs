using HA.Core.Hosting.Centre;
using HA.Core.Hosting.Settings;
using HA.Core.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting;

/// <summary>Adds the registry, and configuration, in Redis.</summary>
public static class RedisHosting
{
    /// <summary>The keys of the section <c>HA:Registries:redis</c>. Certificates and connections are set in code.</summary>
    public static SettingTable<RedisRegistryOptions> Settings { get; } = new SettingTable<RedisRegistryOptions>(static () => new())
        .Text("Servers", static o => o.Servers, static (o, v) => o with { Servers = v })
        .OptionalText("UserName", static o => o.UserName, static (o, v) => o with { UserName = v }, "shop")
        .OptionalText("Password", static o => o.Password, static (o, v) => o with { Password = v }, "a password", isSecret: true)
        .Flag("UseTls", static o => o.UseTls, static (o, v) => o with { UseTls = v })
        .OptionalText("TlsHost", static o => o.TlsHost, static (o, v) => o with { TlsHost = v }, "redis.internal")
        .Whole("Database", static o => o.Database, static (o, v) => o with { Database = v })
        .Text("KeyPrefix", static o => o.KeyPrefix, static (o, v) => o with { KeyPrefix = v })
        .Duration("RequestTimeout", static o => o.RequestTimeout, static (o, v) => o with { RequestTimeout = v })
        .Duration("SweepInterval", static o => o.SweepInterval, static (o, v) => o with { SweepInterval = v });

    /// <summary>Adds the registry in Redis, with options from the section <c>HA:Registries:&lt;name&gt;</c>.</summary>
    /// <param name="builder">The program's high availability.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Connection = multiplexer }</c>.</param>
    /// <param name="name">Its name in the configuration, and its key.</param>
    public static HighAvailabilityBuilder AddRedisRegistry(
        this HighAvailabilityBuilder builder, Func<RedisRegistryOptions, RedisRegistryOptions>? configure = null, string name = "redis")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddRegistry(
            name, Settings, configure, static (services, options) =>
                new RedisRegistry(options, services.GetRequiredService<ServiceEnvironment>()));
    }

    /// <summary>
    /// Reads configuration from Redis: the prefix is the key of a hash, and each of its fields is a key of the configuration.
    /// </summary>
    /// <remarks>The server is that of the section <c>HA:Registries:&lt;name&gt;</c>, unless it is said otherwise here.</remarks>
    /// <param name="centre">What was begun with <see cref="HaConfiguration.AddHaConfiguration"/>.</param>
    /// <param name="configure">The last word on the options, such as <c>o => o with { Connection = multiplexer }</c>.</param>
    /// <param name="name">Name of the section.</param>
    public static void FromRedis(
        this ConfigurationCentreOptions centre, Func<RedisRegistryOptions, RedisRegistryOptions>? configure = null, string name = "redis")
    {
        ArgumentNullException.ThrowIfNull(centre);
        var options = centre.Read(name, Settings);
        if (configure is not null) options = configure(options);
        centre.From(scope => new RedisCentre(options, scope));
    }
}
