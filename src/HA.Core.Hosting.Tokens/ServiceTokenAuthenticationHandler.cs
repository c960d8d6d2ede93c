using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting;

/// <summary>Tells who calls, by the token of the request.</summary>
internal sealed class ServiceTokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ServiceTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private readonly ILogger _log = loggers.CreateLogger("HA.Core.Security");

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var values = Request.Headers[ServiceTokenOptions.Header];
        if (values.Count == 0) return AuthenticateResult.NoResult();
        // Two tokens mean that somebody on the way has added one.
        var (service, reason) = values is [{ } token] ? await tokens.ReadAsync(token).ConfigureAwait(false) : (null, "more than one");
        if (service is not null)
            return AuthenticateResult.Success(new AuthenticationTicket(ServiceClaims.PrincipalOf([service], Scheme.Name), Scheme.Name));
        _log.TokenRefused(reason);
        return AuthenticateResult.Fail("The service token is not valid.");
    }
}
