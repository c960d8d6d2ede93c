using System.Net.Http.Json;

namespace HA.Core.Http;

/// <summary>
/// The request as one attempt sends it: the caller's, addressed to an instance. The caller's own is never changed, and no
/// message is sent twice.
/// </summary>
internal static class RequestCopy
{
    internal static HttpRequestMessage For(ServiceInstance instance, HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, Address(instance, request.RequestUri!))
        {
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
            Content = request.Content,
        };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            foreach (var value in values) copy.Headers.TryAddWithoutValidation(name, value);
        }

        foreach (var (key, value) in request.Options) copy.Options.TryAdd(key, value);
        return copy;
    }

    /// <summary>Whether the body can be sent again after it has been read once.</summary>
    internal static bool IsReplayable(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(IsReplayable),
        _ => false,
    };

    // A caller that asks for https never gets less; one that asks for http gets what the instance speaks.
    private static Uri Address(ServiceInstance instance, Uri asked)
    {
        var scheme = asked.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : instance.Scheme;
        // The port is spelled out: a default one left out would change with the scheme.
        return new Uri($"{scheme}://{instance.BaseUri.Host}:{instance.Port}{asked.PathAndQuery}");
    }
}
