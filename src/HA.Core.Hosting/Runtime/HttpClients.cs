using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Runtime;

/// <summary>What a client needs to be for calls that fail over.</summary>
internal static class HttpClients
{
    // An answer's body is nobody's business; a small one is read so that its connection can be used again.
    private const int MostDrained = 16 * 1024;

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
        sockets.ConnectCallback ??= Connector(services);
        if (services.GetService<MutualTls>() is { } tls) sockets.SslOptions = tls.ForClients();
    }

    /// <summary>For health checks: straight to the instance and no further than it, as calls would go there.</summary>
    internal static HttpMessageInvoker ForChecks(IServiceProvider services)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseDrainSize = MostDrained,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectCallback = Connector(services),
        };
        if (services.GetService<MutualTls>() is not { } tls) return new HttpMessageInvoker(sockets);
        sockets.SslOptions = tls.ForClients();
        return new HttpMessageInvoker(new PeerHandler { InnerHandler = sockets });
    }

    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Connector(IServiceProvider services) =>
        new GuardedConnector(services.GetRequiredService<ServiceDirectory>).ConnectAsync;
}
