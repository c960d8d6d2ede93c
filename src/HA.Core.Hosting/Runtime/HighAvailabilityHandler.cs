using HA.Core.Hosting.Telemetry;
using HA.Core.Http;

namespace HA.Core.Hosting.Runtime;

/// <summary>
/// The place of <see cref="FailoverHandler"/> in a client of <see cref="IHttpClientFactory"/>: the same for all services, with
/// the options of each, exchanged when they change.
/// </summary>
/// <remarks>Holds nothing that outlives it: pools, health and statistics are the directory's, so the factory may rotate it.</remarks>
internal sealed class HighAvailabilityHandler(ServiceDirectory directory, bool tellsInstances = false, bool provesPeers = false)
    : DelegatingHandler
{
    private readonly Lock _gate = new();
    private HttpMessageHandler? _attempts;
    // Copied on write: calls look up their route without a lock.
    private volatile Dictionary<string, Route> _routes = new(StringComparer.Ordinal);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            if (request.RequestUri is not { IsAbsoluteUri: true } address)
            {
                throw new InvalidOperationException(
                    "The request has no host that could name a service. Set the client's BaseAddress, such as "
                    + "http://orders, or an absolute URI.");
            }

            var invoker = RouteOf(address.Host).Invoker;
            return CallTrace.Source.HasListeners()
                ? CallTrace.SendAsync(invoker, address.Host, request, cancellationToken)
                : invoker.SendAsync(request, cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("High availability is asynchronous only: call SendAsync instead of Send.");

    private Route RouteOf(string service)
    {
        if (_routes.TryGetValue(service, out var route) && !route.Runtime.IsRetired) return route;
        lock (_gate)
        {
            if (_routes.TryGetValue(service, out route) && !route.Runtime.IsRetired) return route;
            var runtime = directory.Of(service);
            // Never disposed: that would end the handlers below, and it holds nothing else.
            var http = tellsInstances ? runtime.Http with { TellsInstance = true } : runtime.Http;
            var failover = new FailoverHandler(runtime.Pools, _attempts ??= Attempts(), runtime.Call, http);
            route = new Route(runtime, new HttpMessageInvoker(failover, disposeHandler: false));
            _routes = new(_routes, StringComparer.Ordinal) { [service] = route };
            return route;
        }
    }

    private HttpMessageHandler? Attempts() =>
        provesPeers && InnerHandler is { } inner ? new PeerHandler { InnerHandler = inner } : InnerHandler;

    private sealed record Route(ServiceRuntime Runtime, HttpMessageInvoker Invoker);
}
