using System.Security.Claims;

namespace HA.Core.Hosting;

/// <summary>Claims about a service that calls.</summary>
public static class ServiceClaims
{
    /// <summary>Type of the claim with the name of the calling service.</summary>
    public const string Service = "ha_service";

    /// <summary>A principal for a service that has proved its name.</summary>
    /// <param name="services">Its names; the first is the principal's.</param>
    /// <param name="scheme">How it proved them.</param>
    public static ClaimsPrincipal PrincipalOf(IEnumerable<string> services, string scheme) => new(
        new ClaimsIdentity(services.Select(static s => new Claim(Service, s)), scheme, Service, roleType: null));
}
