namespace HA.Core.Health;

/// <summary>Connections for health checks: straight to the instance, and no further than it.</summary>
internal static class CheckConnections
{
    // An answer's body is nobody's business; a small one is read so that its connection can be used again.
    private const int MostDrained = 16 * 1024;

    internal static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseDrainSize = MostDrained,
    });
}
