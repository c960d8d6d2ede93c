using System.Net.Http.Json;

namespace HA.Core.Http;

/// <summary>
/// The request as one attempt sends it: the caller's, addressed to an instance. The caller's own is never changed, and no
/// message is sent twice.
/// </summary>
internal static class RequestCopy
{
    internal static HttpRequestMessage For(ServiceInstance instance, HttpRequestMessage request, AddressCache addresses)
    {
        var copy = new HttpRequestMessage(request.Method, Address(instance, request.RequestUri!, addresses))
        {
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
            Content = request.Content,
        };
        if (MessageParts.HasHeaders(request)) CopyHeaders(request, copy);
        if (MessageParts.HasOptions(request))
        {
            foreach (var (key, value) in request.Options) copy.Options.TryAdd(key, value);
        }

        return copy;
    }

    /// <summary>Whether the body can be sent again after it has been read once.</summary>
    internal static bool IsReplayable(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(IsReplayable),
        _ => false,
    };

    private static void CopyHeaders(HttpRequestMessage request, HttpRequestMessage copy)
    {
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            foreach (var value in values) copy.Headers.TryAddWithoutValidation(name, value);
        }
    }

    // A caller that asks for https never gets less; one that asks for http gets what the instance speaks.
    private static Uri Address(ServiceInstance instance, Uri asked, AddressCache addresses)
    {
        var scheme = asked.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : instance.Scheme;
        // The caller's address has been through all checks and escapes; doing them again is most of what a call costs.
        var whole = asked.AbsoluteUri;
        if (scheme == instance.Scheme && !whole.Contains('#'))
            return addresses.Of(WithoutSlash(instance.BaseUri.AbsoluteUri), PathOf(whole));
        // The port is spelled out: a default one left out would change with the scheme.
        return new Uri($"{scheme}://{instance.BaseUri.Host}:{instance.Port}{asked.PathAndQuery}");
    }

    private static ReadOnlySpan<char> WithoutSlash(string address) => address.AsSpan(0, address.Length - 1);

    // Everything after the authority: Uri.PathAndQuery makes a string of it each time it is asked.
    private static ReadOnlySpan<char> PathOf(string address)
    {
        var authority = address.AsSpan().IndexOf("://", StringComparison.Ordinal) + 3;
        return address.AsSpan(authority + address.AsSpan(authority).IndexOf('/'));
    }
}
