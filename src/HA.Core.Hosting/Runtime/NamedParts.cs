using HA.Core.Balancing;
using HA.Core.Health;
using HA.Core.Hosting.Settings;
using HA.Core.Registry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Runtime;

/// <summary>A section that options of ours are read from.</summary>
internal sealed record OptionsSection(IConfiguration Configuration);

/// <param name="Name">Its name.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Check">Notes what is wrong with its configuration; null if it has none.</param>
internal sealed record NamedRegistry(
    string Name, Func<IServiceProvider, IServiceRegistry> Create, Action<IServiceProvider, ICollection<string>>? Check);

internal sealed record NamedBalancer(string Name, Func<IServiceProvider, RandomStream, ILoadBalancer> Create);

internal sealed record NamedDetector(string Name, Func<IServiceProvider, IFailureDetector> Create);

internal sealed record NamedChecker(string Name, Func<IServiceProvider, IHealthChecker> Create);

/// <summary>Everything that configuration may name.</summary>
internal sealed class NamedParts
{
    internal static readonly Dictionary<string, Func<IServiceProvider, IHealthChecker>> BuiltInCheckers = new(StringComparer.Ordinal)
    {
        ["http"] = static s => new HttpHealthChecker(HttpClients.ForChecks(s)),
        ["tcp"] = static _ => new TcpHealthChecker(),
        ["grpc"] = static s => new GrpcHealthChecker(HttpClients.ForChecks(s)),
    };

    private readonly Lock _gate = new();
    private readonly IServiceProvider _services;
    private readonly Dictionary<string, NamedBalancer> _balancers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedDetector> _detectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedChecker> _checkers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IHealthChecker> _madeCheckers = new(StringComparer.Ordinal);

    public NamedParts(
        IServiceProvider services, IEnumerable<NamedRegistry> registries, IEnumerable<NamedBalancer> balancers,
        IEnumerable<NamedDetector> detectors, IEnumerable<NamedChecker> checkers)
    {
        _services = services;
        Registries = [.. registries];
        foreach (var balancer in balancers) _balancers[balancer.Name] = balancer;
        foreach (var detector in detectors) _detectors[detector.Name] = detector;
        foreach (var checker in checkers) _checkers[checker.Name] = checker;
    }

    internal NamedRegistry[] Registries { get; }

    internal ILoadBalancer Balancer(string name, RandomStream random) =>
        _balancers.TryGetValue(name, out var own) ? own.Create(_services, random) : LoadBalancers.Create(name, random);

    internal Func<IFailureDetector> Detector(string name)
    {
        var create = _detectors[name].Create;
        return () => create(_services);
    }

    /// <summary>One for all services: it may hold connections.</summary>
    internal IHealthChecker Checker(string name)
    {
        lock (_gate)
        {
            if (_madeCheckers.TryGetValue(name, out var made)) return made;
            var create = _checkers.TryGetValue(name, out var own) ? own.Create : BuiltInCheckers[name];
            return _madeCheckers[name] = create(_services);
        }
    }

    /// <param name="name">As configured; null for the first that was added.</param>
    internal IServiceRegistry Registry(string? name)
    {
        if (Registries.Length == 0) throw new InvalidOperationException(NoRegistry);
        return _services.GetRequiredKeyedService<IServiceRegistry>(name ?? Registries[0].Name);
    }

    internal const string NoRegistry =
        "No registry was added. Add one: services.AddHighAvailability().AddStaticRegistry(), AddEtcdRegistry(), AddConsulRegistry(), "
        + "AddRedisRegistry() or AddInMemoryRegistry().";

    internal void CheckBalancer(string path, string name, ICollection<string> failures)
    {
        if (!LoadBalancers.IsKnown(name) && !_balancers.ContainsKey(name))
            failures.Add(Unknown(path, name, "balancer", [.. LoadBalancers.Names, "p2c", .. _balancers.Keys]));
    }

    internal void CheckDetector(string path, string? name, ICollection<string> failures)
    {
        if (name is not null && !_detectors.ContainsKey(name)) failures.Add(Unknown(path, name, "failure detector", _detectors.Keys));
    }

    internal void CheckChecker(string path, string? name, ICollection<string> failures)
    {
        if (name is not null && !BuiltInCheckers.ContainsKey(name) && !_checkers.ContainsKey(name))
            failures.Add(Unknown(path, name, "health checker", [.. BuiltInCheckers.Keys, .. _checkers.Keys]));
    }

    internal void CheckRegistry(string path, string? name, ICollection<string> failures)
    {
        if (name is not null && !Array.Exists(Registries, r => r.Name == name))
            failures.Add(Unknown(path, name, "registry", Registries.Select(static r => r.Name)));
    }

    private static string Unknown(string path, string name, string what, IEnumerable<string> known) =>
        $"{path} is '{SettingText.Shown(name)}'. No {what} has this name. {Nearest.Of(name, known)}";
}
