using System.Diagnostics.CodeAnalysis;

namespace HA.Core.Hosting.Runtime;

/// <summary>What a client needs to be for calls that fail over.</summary>
internal static class HttpClients
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    [SuppressMessage("ApiDesign", "RS0030",
        Justification = "HttpClient's own timeout reads the machine's clock, so it is turned off here.")]
    internal static void WithoutTimeout(HttpClient client) => client.Timeout = Timeout.InfiniteTimeSpan;

    // Whatever else a program has put there, a stub for instance, is its own business.
    internal static void ForInstances(HttpMessageHandler handler, IServiceProvider services)
    {
        if (handler is not SocketsHttpHandler sockets) return;
        sockets.AllowAutoRedirect = false;
        sockets.UseCookies = false;
        if (sockets.ConnectTimeout == Timeout.InfiniteTimeSpan) sockets.ConnectTimeout = ConnectTimeout;
        sockets.PooledConnectionLifetime = ConnectionLifetime;
    }
}
