using HA.Core.Http;

namespace HA.Core.Hosting;

/// <summary>
/// Addresses an attempt to the service by name, whatever address it goes to: TLS then asks for a certificate of that name, and a
/// connection that was made to one service never carries a request for another.
/// </summary>
internal sealed class PeerHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(FailoverRequestOptions.Instance, out var instance))
        {
            return Task.FromException<HttpResponseMessage>(new InvalidOperationException(
                "The request does not say which instance it goes to."));
        }

        // As a connection that could not be made: nothing was sent, and another instance may do better.
        if (request.RequestUri?.Scheme != Uri.UriSchemeHttps)
        {
            return Task.FromException<HttpResponseMessage>(new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                $"{instance} does not speak TLS, and mutual TLS is on: register it with the scheme https."));
        }

        request.Headers.Host = instance.Service;
        return base.SendAsync(request, cancellationToken);
    }
}
