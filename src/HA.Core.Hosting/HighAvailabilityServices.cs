using HA.Core.Hosting.Centre;
using HA.Core.Hosting.Control;
using HA.Core.Hosting.Registration;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting;

/// <summary>Adds high availability to a program's services.</summary>
public static class HighAvailabilityServices
{
    /// <summary>Adds high availability with options from the section <c>HA</c> of the program's configuration.</summary>
    /// <remarks>The options are checked when the program starts, and followed while it runs.</remarks>
    public static HighAvailabilityBuilder AddHighAvailability(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        // Said twice, read once.
        if (services.Any(static s => s.ServiceType == typeof(UsesDefaultSection))) return services.AddParts();
        services.AddSingleton<UsesDefaultSection>();
        return services.Add(static s => s.GetService<IConfiguration>()?.GetSection(HighAvailabilityOptions.SectionName) ?? EmptySection());
    }

    /// <summary>Adds high availability with options from a section of your choice.</summary>
    /// <remarks>The options are checked when the program starts, and followed while it runs.</remarks>
    public static HighAvailabilityBuilder AddHighAvailability(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.Add(_ => section);
    }

    /// <summary>
    /// Adds high availability with options set in code. For both, take an overload with a section, and
    /// <see cref="HighAvailabilityBuilder.Configure"/>.
    /// </summary>
    public static HighAvailabilityBuilder AddHighAvailability(this IServiceCollection services, Action<HighAvailabilityOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddParts().Configure(configure);
    }

    /// <summary>Gives the clients of this name discovery, balancing, health and failover: the host of a request names a service.</summary>
    /// <remarks>
    /// <para>Handlers that were added before see a call once, those that are added later see each attempt. The client's own
    /// timeout is turned off, since <see cref="ServiceOptions.Call"/> has the deadline. Its sockets follow no redirects and
    /// keep no cookies, which belong to one instance; configure its primary handler afterwards to say otherwise.</para>
    /// <para>The factory keeps the handlers for as long as the program lives, so that retry budgets are kept too; connections
    /// are renewed every two minutes. With a handler lifetime of your own pools and health are kept all the same.</para>
    /// </remarks>
    public static IHttpClientBuilder AddHighAvailability(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = builder.Services.AddParts();
        return builder
            .ConfigureHttpClient(HttpClients.WithoutTimeout)
            .ConfigurePrimaryHttpMessageHandler(HttpClients.ForInstances)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler(static s => new HighAvailabilityHandler(
                s.GetRequiredService<ServiceDirectory>(), s.GetService<TellsInstances>() is not null,
                s.GetService<MutualTls>() is not null));
    }

    /// <summary>
    /// As <see cref="AddHighAvailability(IHttpClientBuilder)"/>, and relative addresses go to <paramref name="service"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is not a possible name of a service.</exception>
    public static IHttpClientBuilder AddHighAvailability(this IHttpClientBuilder builder, string service)
    {
        ServiceInstance.RequireValidService(service);
        var address = new UriBuilder(Uri.UriSchemeHttp, service).Uri;
        return builder.AddHighAvailability().ConfigureHttpClient(client => client.BaseAddress = address);
    }

    private static IConfiguration EmptySection() => new ConfigurationBuilder().Build();

    private static HighAvailabilityBuilder Add(this IServiceCollection services, Func<IServiceProvider, IConfiguration> section)
    {
        var builder = services.AddParts();
        services.AddSingleton(s => new OptionsSection(section(s)));
        services.AddSingleton<IConfigureOptions<HighAvailabilityOptions>>(
            s => new ConfigureOptions<HighAvailabilityOptions>(options => SectionReader.Read(section(s), options)));
        services.AddSingleton<IOptionsChangeTokenSource<HighAvailabilityOptions>>(
            s => new ConfigurationChangeTokenSource<HighAvailabilityOptions>(Options.DefaultName, section(s)));
        return builder;
    }

    private static HighAvailabilityBuilder AddParts(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptions<HighAvailabilityOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HighAvailabilityOptions>, OptionsValidator>());
        services.TryAddSingleton<HostingMeters>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ServiceEventListener, LoggingListener>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ServiceEventListener, MeteringListener>());
        services.TryAddSingleton<NamedParts>();
        services.TryAddSingleton<RegistryUsers>();
        services.TryAddSingleton<CentreReports>();
        services.TryAddSingleton<IOptionsFactory<HighAvailabilityOptions>, CheckedOptionsFactory>();
        services.TryAddSingleton<OptionsKeeper>();
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton(static s => ServiceEnvironment.Create(new ListenerRelay([.. s.GetServices<ServiceEventListener>()])));
        services.TryAddSingleton(static s =>
        {
            var directory = new ServiceDirectory(
                s.GetRequiredService<NamedParts>(), s.GetRequiredService<ServiceEnvironment>(), s.GetRequiredService<OptionsKeeper>());
            s.GetRequiredService<RegistryUsers>().Add(directory);
            s.GetRequiredService<HostingMeters>().Live.Pools = () => directory.Pools;
            return directory;
        });
        services.TryAddSingleton<IEndpointControl, EndpointControl>();
        services.TryAddSingleton(static s =>
            s.GetRequiredService<NamedParts>().Registry(s.GetRequiredService<OptionsKeeper>().DefaultRegistry));
        return new HighAvailabilityBuilder(services);
    }

    private sealed class UsesDefaultSection;
}
