using System.Diagnostics;
using HA.Core.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace HA.Core.Samples.Recipes.Yarp;

/// <summary>
/// Puts HA.Core under YARP: a cluster whose destination is a service, <c>"Address": "http://orders"</c>, and whose metadata say
/// <c>"HA": "true"</c>, is called with HA.Core's discovery, balancing, health and failover. Other clusters are left to YARP.
/// </summary>
/// <remarks>YARP sees one destination that never fails; what <c>HA:Services:orders</c> says counts for it.</remarks>
public sealed class ServiceForwarder(IHttpMessageHandlerFactory handlers, ILogger<ForwarderHttpClientFactory> log)
    : IForwarderHttpClientFactory
{
    /// <summary>The cluster's metadata that ask for it.</summary>
    public const string Metadata = "HA";

    internal const string Client = "yarp";

    private readonly ForwarderHttpClientFactory _others = new(log);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The cluster has settings that cannot be read, or would not count.</exception>
    public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!Asks(context)) return _others.CreateClient(context);
        if (context.NewConfig != HttpClientConfig.Empty)
        {
            throw new InvalidOperationException(
                $"The cluster '{context.ClusterId}' has the metadata {Metadata}=true, so its HttpClient settings would not count: remove "
                + $"them, and configure the HTTP client '{Client}' instead.");
        }

        return new HttpMessageInvoker(handlers.CreateHandler(Client), disposeHandler: false);
    }

    private static bool Asks(ForwarderHttpClientContext context)
    {
        if (context.NewMetadata?.GetValueOrDefault(Metadata) is not { } said) return false;
        return bool.TryParse(said, out var asks)
            ? asks
            : throw new InvalidOperationException(
                $"The cluster '{context.ClusterId}' has the metadata {Metadata}={said}: it must be true or false.");
    }
}

/// <summary>Adds it to a proxy.</summary>
public static class ServiceForwarding
{
    /// <summary>Lets clusters be called through HA.Core. The services need a registry too, as <c>AddEtcdRegistry()</c>.</summary>
    public static IReverseProxyBuilder AddHighAvailability(this IReverseProxyBuilder proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        proxy.Services.AddHttpClient(ServiceForwarder.Client)
            // As YARP's own: what a client sent goes on as it is.
            .UseSocketsHttpHandler(static (sockets, _) =>
            {
                sockets.UseProxy = false;
                sockets.EnableMultipleHttp2Connections = true;
                sockets.ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current);
            })
            .RemoveAllLoggers()
            .AddHighAvailability();
        proxy.Services.AddSingleton<IForwarderHttpClientFactory, ServiceForwarder>();
        return proxy;
    }
}
