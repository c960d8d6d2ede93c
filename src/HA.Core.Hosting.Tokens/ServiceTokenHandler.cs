using System.Net;
using HA.Core.Http;

namespace HA.Core.Hosting;

/// <summary>Attaches a token to each attempt, made out to the service that the attempt goes to.</summary>
internal sealed class ServiceTokenHandler(ServiceTokens tokens) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(FailoverRequestOptions.Instance, out var instance))
        {
            return Task.FromException<HttpResponseMessage>(new InvalidOperationException(
                "The request does not say which instance it goes to: call AddServiceTokens after AddHighAvailability."));
        }

        if (!tokens.AllowsPlainText && request.RequestUri?.Scheme != Uri.UriSchemeHttps && !IsLoopback(instance))
        {
            // As a connection that could not be made: nothing was sent, and another instance may do better.
            return Task.FromException<HttpResponseMessage>(new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                $"{instance} does not speak TLS, so whoever listens could use the token (HA:Tokens:AllowPlainText)."));
        }

        // A caller that passes on the headers it got must not pass on somebody's token.
        request.Headers.Remove(ServiceTokenOptions.Header);
        request.Headers.TryAddWithoutValidation(ServiceTokenOptions.Header, tokens.For(instance.Service));
        return base.SendAsync(request, cancellationToken);
    }

    private static bool IsLoopback(ServiceInstance instance) =>
        IPAddress.TryParse(instance.Address, out var ip) && IPAddress.IsLoopback(ip);
}
