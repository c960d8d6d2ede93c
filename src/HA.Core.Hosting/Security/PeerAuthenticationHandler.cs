using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting;

/// <summary>Tells who calls, by the certificate that the handshake believed.</summary>
internal sealed class PeerAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, MutualTls? tls = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (tls is null) return Task.FromResult(AuthenticateResult.Fail("Mutual TLS is not on: AddHighAvailability().AddMutualTls()."));
        // Kept by the connection, not by a header: a proxy that forwards certificates has to be told to somebody else.
        if (Context.Connection.ClientCertificate is not { } certificate) return Task.FromResult(AuthenticateResult.NoResult());
        var names = tls.NamesOf(certificate);
        return Task.FromResult(names.Count == 0
            ? AuthenticateResult.Fail("The certificate belongs to no service.")
            : AuthenticateResult.Success(new AuthenticationTicket(ServiceClaims.PrincipalOf(names, Scheme.Name), Scheme.Name)));
    }
}
