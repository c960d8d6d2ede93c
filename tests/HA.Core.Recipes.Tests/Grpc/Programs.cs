using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using HA.Core.Hosting;
using HA.Core.Registry;
using HA.Core.Samples.Recipes.Grpc;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Recipes.Tests.Grpc;

/// <summary>Programs with a client of gRPC.</summary>
internal static class Programs
{
    /// <summary>One whose calls go through HA.Core.</summary>
    internal static ServiceProvider Through(
        Fleet fleet, bool retries = false, Action<HighAvailabilityOptions>? options = null, IServiceRegistry? registry = null)
    {
        var services = new ServiceCollection();
        fleet.AddTo(services, options, registry);
        services.AddGrpcClient<EchoClient>(static o => o.Address = new Uri("http://orders")).AddGrpcHighAvailability(retries);
        return services.BuildServiceProvider();
    }

    /// <summary>One that balances by itself among the addresses that it is told.</summary>
    internal static ServiceProvider Beside(
        Fleet fleet, bool retries = false, Action<HighAvailabilityOptions>? options = null, IServiceRegistry? registry = null)
    {
        var services = new ServiceCollection();
        fleet.AddTo(services, options, registry);
        services.AddSingleton<ResolverFactory, ServiceResolverFactory>();
        services.AddGrpcClient<EchoClient>(static o => o.Address = new Uri("ha:///orders")).ConfigureChannel(channel =>
        {
            channel.Credentials = ChannelCredentials.Insecure;
            channel.ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
            if (retries) channel.ServiceConfig.MethodConfigs.Add(GrpcCalls.RetryUnavailable());
        });
        return services.BuildServiceProvider();
    }

    internal static EchoClient Client(this ServiceProvider program) => program.GetRequiredService<EchoClient>();
}
