using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace HA.Core.Http;

/// <summary>Whether a message has headers and options, without making them.</summary>
/// <remarks>
/// Asking a message for its headers or options creates them: some 180 bytes for a request that has neither, as most have.
/// The fields behind them are the runtime's own business; one that has none of these names is asked in the ordinary way.
/// </remarks>
internal static class MessageParts
{
    /// <summary>Whether this runtime keeps them where they are looked for; a test tells when it no longer does.</summary>
    internal static readonly bool AreVisible = Look();

    internal static bool HasHeaders(HttpRequestMessage request) => !AreVisible || HeadersOf(request) is not null;

    internal static bool HasHeaders(HttpResponseMessage response) => !AreVisible || HeadersOf(response) is not null;

    internal static bool HasOptions(HttpRequestMessage request) => !AreVisible || OptionsOf(request) is not null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_headers")]
    private static extern ref HttpRequestHeaders? HeadersOf(HttpRequestMessage request);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_headers")]
    private static extern ref HttpResponseHeaders? HeadersOf(HttpResponseMessage response);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_options")]
    private static extern ref HttpRequestOptions? OptionsOf(HttpRequestMessage request);

    private static bool Look()
    {
        try
        {
            using var request = new HttpRequestMessage();
            using var response = new HttpResponseMessage();
            return HeadersOf(request) is null && HeadersOf(response) is null && OptionsOf(request) is null;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}
