using Grpc.Core;
using Grpc.Net.Client.Configuration;
using HA.Core.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Samples.Recipes.Grpc;

/// <summary>Gives gRPC clients HA.Core's discovery, balancing of each call, health and failover.</summary>
public static class GrpcCalls
{
    /// <summary>
    /// For a client of <c>AddGrpcClient&lt;T&gt;(o =&gt; o.Address = new Uri("http://orders"))</c>, whose address names a service.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="retries">
    /// Whether calls that end as UNAVAILABLE are made again, by gRPC itself: for services whose methods may be done twice. Calls that
    /// never reached an instance are made elsewhere in any case.
    /// </param>
    public static IHttpClientBuilder AddGrpcHighAvailability(this IHttpClientBuilder builder, bool retries = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (retries)
            builder.ConfigureChannel(static channel => channel.ServiceConfig = new ServiceConfig { MethodConfigs = { RetryUnavailable() } });
        return builder
            .AddHttpMessageHandler(static () => new GrpcFailureHandler())
            .AddHighAvailability()
            .AddHttpMessageHandler(static () => new GrpcStatusHandler());
    }

    /// <summary>Lets gRPC make calls again that end as UNAVAILABLE, of all methods: whatever way instances are found.</summary>
    public static MethodConfig RetryUnavailable() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 4,
            InitialBackoff = TimeSpan.FromMilliseconds(10),
            MaxBackoff = TimeSpan.FromMilliseconds(100),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };
}
