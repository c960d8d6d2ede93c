using HA.Core.Client;
using HA.Core.Hosting;
using HA.Core.Registry;
using HA.Core.Servers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Recipes.Tests;

/// <summary>The instances of one service, and the registry that names them.</summary>
internal sealed class Fleet(HttpProtocols protocols = HttpProtocols.Http1) : IAsyncDisposable
{
    internal const string Service = "orders";

    private readonly List<Instance> _instances = [];

    internal InMemoryRegistry Registry { get; } = new();

    internal async Task<Instance> AddAsync(string id, bool isRegistered = true)
    {
        var instance = await Instance.StartAsync(id, Registry, protocols);
        _instances.Add(instance);
        if (isRegistered) await instance.RegisterAsync();
        return instance;
    }

    internal static void RoundRobin(HighAvailabilityOptions options) => options.Defaults.Balancer = "round-robin";

    /// <summary>HA.Core over this registry, as a program adds it, but for a machine that is busy with other things.</summary>
    internal HighAvailabilityBuilder AddTo(
        IServiceCollection services, Action<HighAvailabilityOptions>? configure = null, IServiceRegistry? registry = null) =>
        services.AddHighAvailability(options =>
        {
            var call = options.Defaults.Call;
            options.Defaults.Call = call with { AttemptTimeout = TimeSpan.FromMinutes(1), Deadline = TimeSpan.FromMinutes(2) };
            configure?.Invoke(options);
        }).AddRegistry("memory", _ => registry ?? Registry);

    /// <summary>Waits until the program's pool has so many endpoints that it would call.</summary>
    internal static Task UntilEligibleAsync(IServiceProvider services, params string[] ids) =>
        Wait.UntilAsync($"{string.Join(", ", ids)} are eligible", () =>
            PoolOf(services).Snapshot.Eligible.Select(static e => e.Instance.Id).SequenceEqual(ids, StringComparer.Ordinal));

    internal static ServicePool PoolOf(IServiceProvider services) => services.GetRequiredService<ServiceDirectory>().PoolOf(Service);

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
        await Registry.DisposeAsync();
    }
}
