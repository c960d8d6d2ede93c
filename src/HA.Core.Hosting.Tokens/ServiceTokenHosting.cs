using HA.Core.Hosting.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using static HA.Core.Hosting.Settings.InPlace<HA.Core.Hosting.ServiceTokenOptions>;

namespace HA.Core.Hosting;

/// <summary>Adds tokens between services: short-lived JWTs, signed by the caller with ES256, for one audience each.</summary>
public static class ServiceTokenHosting
{
    /// <summary>Name of the authentication scheme of <see cref="AddHaServiceTokens"/>.</summary>
    public const string Scheme = "HaServiceToken";

    private const string Section = "Tokens";

    /// <summary>The keys of the section <c>HA:Tokens</c>.</summary>
    public static SettingTable<ServiceTokenOptions> Settings { get; } = new SettingTable<ServiceTokenOptions>(static () => new())
        .OptionalText("Service", static o => o.Service, Set<string?>(static (o, v) => o.Service = Named(v)), "buyer")
        .Text("Issuer", static o => o.Issuer, Set<string>(static (o, v) => o.Issuer = v), "shop")
        .OptionalText("SigningKeyFile", static o => o.SigningKeyFile, Set<string?>(static (o, v) => o.SigningKeyFile = v),
            "/run/secrets/buyer.key")
        .OptionalText("TrustFolder", static o => o.TrustFolder, Set<string?>(static (o, v) => o.TrustFolder = v), "/run/keys")
        .Duration("Lifetime", static o => o.Lifetime, Set<TimeSpan>(static (o, v) => o.Lifetime = v))
        .Duration("ClockSkew", static o => o.ClockSkew, Set<TimeSpan>(static (o, v) => o.ClockSkew = v))
        .Duration("ReloadInterval", static o => o.ReloadInterval, Set<TimeSpan>(static (o, v) => o.ReloadInterval = v))
        .Flag("AllowPlainText", static o => o.AllowPlainText, Set<bool>(static (o, v) => o.AllowPlainText = v));

    /// <summary>Adds keys and options of tokens, from the section <c>HA:Tokens</c>, which is checked when the program starts.</summary>
    /// <param name="builder">The program's high availability.</param>
    /// <param name="configure">The last word on the options.</param>
    public static HighAvailabilityBuilder AddServiceTokens(
        this HighAvailabilityBuilder builder, Action<ServiceTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddSection(Section, Settings, static (o, section) => o.Problems(section), configure).TellInstances();
        builder.Services.TryAddSingleton<ServiceTokens>();
        builder.Services.TryAddTransient<ServiceTokenHandler>();
        return builder;
    }

    /// <summary>
    /// Attaches a token to every attempt of these clients, made out to the service that is called. Say it after
    /// <see cref="HighAvailabilityServices.AddHighAvailability(IHttpClientBuilder)"/>.
    /// </summary>
    /// <remarks>The keys are those of <see cref="AddServiceTokens(HighAvailabilityBuilder, Action{ServiceTokenOptions}?)"/>.</remarks>
    public static IHttpClientBuilder AddServiceTokens(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddHttpMessageHandler<ServiceTokenHandler>();
    }

    /// <summary>
    /// Adds the scheme <see cref="Scheme"/>: whoever calls with a token is the service that has signed it, by name and by the
    /// claim <see cref="ServiceClaims.Service"/>.
    /// </summary>
    public static AuthenticationBuilder AddHaServiceTokens(this AuthenticationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<AuthenticationSchemeOptions, ServiceTokenAuthenticationHandler>(Scheme, null);
    }

    private static string? Named(string? service)
    {
        if (service is not null) ServiceInstance.RequireValidService(service);
        return service;
    }
}
