using HA.Core.Hosting.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HA.Core.Hosting;

/// <summary>Adds mutual TLS between services.</summary>
public static class MutualTlsServices
{
    /// <summary>Name of the authentication scheme of <see cref="AddHaPeers"/>.</summary>
    public const string PeerScheme = "HaPeer";

    /// <summary>
    /// Every client with high availability, and every health check over HTTP or gRPC, speaks TLS with services only that prove
    /// their name, and proves its own; every HTTPS endpoint of this program's server does the same with its callers.
    /// </summary>
    /// <remarks>
    /// Options are in the section <c>HA:MutualTls</c>, and checked when the program starts. A certificate belongs to a service by its
    /// name, whatever address it is reached at; instances have to be registered with the scheme <c>https</c>. Endpoints without
    /// TLS stay as they are, for a platform's probes for instance.
    /// </remarks>
    public static HighAvailabilityBuilder AddMutualTls(this HighAvailabilityBuilder builder, Action<MutualTlsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        builder.AddSection(SectionReader.MutualTls, MutualTlsSettings.Table, static (o, section) => o.Problems(section), configure);
        if (services.Any(static s => s.ServiceType == typeof(MutualTls))) return builder;
        services.AddSingleton<MutualTls>();
        services.AddOptions<KestrelServerOptions>().Configure<MutualTls>(static (kestrel, tls) =>
            kestrel.ConfigureHttpsDefaults(tls.Configure));
        return builder.TellInstances();
    }

    /// <summary>
    /// Adds the scheme <see cref="PeerScheme"/>: whoever calls over mutual TLS is the service whose certificate it has shown,
    /// by name and by the claim <see cref="ServiceClaims.Service"/>.
    /// </summary>
    public static AuthenticationBuilder AddHaPeers(this AuthenticationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<AuthenticationSchemeOptions, PeerAuthenticationHandler>(PeerScheme, null);
    }

    /// <summary>
    /// Lets each attempt of the clients with high availability carry the instance that it goes to, for handlers that are added
    /// after it: <see cref="Http.FailoverRequestOptions.Instance"/>.
    /// </summary>
    public static HighAvailabilityBuilder TellInstances(this HighAvailabilityBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TellsInstances>();
        return builder;
    }
}

/// <summary>That attempts carry their instance.</summary>
internal sealed class TellsInstances;
