using Grpc.Core;
using Grpc.Net.Client.Balancer;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Hosting;

namespace HA.Core.Samples.Recipes.Grpc;

/// <summary>
/// Gives gRPC's own load balancing the instances of a service, <c>ha:///orders</c>, and tells it when they change: for streams, and
/// for those who want gRPC's policies.
/// </summary>
/// <remarks>
/// Add it with <c>services.AddSingleton&lt;ResolverFactory, ServiceResolverFactory&gt;()</c>. When nobody is left, gRPC goes on with those
/// that it had for as long as their connections last.
/// </remarks>
public sealed class ServiceResolverFactory(ServiceDirectory directory) : ResolverFactory
{
    /// <inheritdoc/>
    public override string Name => "ha";

    /// <inheritdoc/>
    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var service = options.Address.AbsolutePath.Trim('/');
        ServiceInstance.RequireValidService(service);
        return new ServiceResolver(directory, service);
    }

    private sealed class ServiceResolver(ServiceDirectory directory, string service) : Resolver
    {
        private readonly CancellationTokenSource _stop = new();

        public override void Start(Action<ResolverResult> listener) => _ = FollowAsync(listener, _stop.Token);

        // Whatever there is to know was told already.
        public override void Refresh() { }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _stop.Cancel();
            base.Dispose(disposing);
        }

        private async Task FollowAsync(Action<ResolverResult> listener, CancellationToken stop)
        {
            try
            {
                while (true)
                {
                    var pool = await directory.KnownPoolAsync(service, stop);
                    var endpoints = pool.Snapshot;
                    listener(ResultOf(endpoints, pool));
                    await pool.WaitForChangeAsync(endpoints.Version, stop);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The channel, or the program, ends.
            }
        }

        private ResolverResult ResultOf(EndpointSnapshot endpoints, ServicePool pool)
        {
            var fit = endpoints.Eligible.Select(static e => new BalancerAddress(e.Instance.Address, e.Instance.Port)).ToArray();
            return fit.Length > 0
                ? ResolverResult.ForResult(fit)
                : ResolverResult.ForFailure(new Status(StatusCode.Unavailable, $"No instance of '{service}' is fit: {pool.Describe()}."));
        }
    }
}
