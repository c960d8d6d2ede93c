using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Simulation.Scenarios;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Sim.Reading;

/// <summary>
/// A program's own settings of one service: the section <c>HA</c> of its <c>appsettings.json</c>, <c>HA:Defaults</c> with
/// <c>HA:Services:&lt;name&gt;</c> over it. Keys below are the names of the options' properties.
/// </summary>
internal sealed class ClientSettings
{
    private const string Root = "HA";

    private static readonly string[] RootKeys = ["Registry", "Registries", "Registration", "Defaults", "Services", "Alerts", "Telemetry", "MutualTls", "Tokens"];

    /// <summary>Balancing policy.</summary>
    public string Balancer { get; set; } = LoadBalancers.Default;

    /// <summary>How endpoints are asked for their health; null if they are not.</summary>
    public string? Checker { get; set; }

    /// <summary>Name of the registry. The simulation has one of its own.</summary>
    public string? Registry { get; set; }

    /// <summary>Name of a failure detector of the program's own.</summary>
    public string? Detector { get; set; }

    /// <summary>Folder of stored catalogs.</summary>
    public string? CatalogFolder { get; set; }

    /// <summary>Weights of instances that the program has a word of its own about.</summary>
    public ImmutableSortedDictionary<string, string> Weights { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How calls are made.</summary>
    public CallOptions Call { get; set; } = new();

    /// <summary>What is special about HTTP.</summary>
    public FailoverOptions Http { get; set; } = new();

    /// <summary>How health is judged.</summary>
    public HealthOptions Health { get; set; } = new();

    /// <summary>How the registry is followed.</summary>
    public CatalogWatcherOptions Watch { get; set; } = new();

    /// <summary>Reads the settings of one service.</summary>
    /// <param name="file">The file.</param>
    /// <param name="service">Whose; null for the scenario's if the file has it, else for the only one there is.</param>
    /// <param name="usual">Name of the scenario's service.</param>
    /// <exception cref="BadInputException">Something in it is wrong: everything that is.</exception>
    internal static ClientSettings Load(string file, string? service, string usual)
    {
        var root = Open(file).GetSection(Root);
        if (!root.Exists()) throw new BadInputException($"{file}: there is no section '{Root}'; settings are read from {Root}:Defaults and {Root}:Services:<name>");
        var problems = new List<string>();
        foreach (var child in root.GetChildren().Where(static c => !RootKeys.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            problems.Add($"{child.Path}: there is no such key{Suggestion.For(child.Key, RootKeys, "keys")}");

        var settings = new ClientSettings();
        OptionsBinder.Bind(root.GetSection("Defaults"), settings, problems);
        if (Choose(root.GetSection("Services"), service, usual, problems) is { } chosen) OptionsBinder.Bind(chosen, settings, problems);
        if (!LoadBalancers.IsKnown(settings.Balancer))
            problems.Add($"{Root}: Balancer '{settings.Balancer}' is none that the simulator has{Suggestion.For(settings.Balancer, LoadBalancers.Names, "balancers")}");
        if (problems.Count > 0) throw new BadInputException([.. problems.Select(p => $"{file}: {p}")]);
        return settings;
    }

    /// <summary>A scenario whose clients have these settings in place of its own.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="file">Where they are from, for messages.</param>
    /// <exception cref="BadInputException">They do not agree with each other, or with the scenario.</exception>
    internal Scenario Apply(Scenario scenario, string file)
    {
        try
        {
            var changed = scenario with
            {
                Client = scenario.Client.WithBalancer(Balancer) with
                {
                    Calls = Call,
                    Health = Health,
                    ActiveChecks = Checker is not null,
                },
                // Simulated instances have addresses of their own.
                Registry = scenario.Registry with { Watch = Watch with { Addresses = new AddressPolicy() } },
            };
            ScenarioRules.Check(changed);
            return changed;
        }
        catch (ScenarioException e)
        {
            throw new BadInputException($"{file}: in this scenario, {e.Place} {e.Problem}");
        }
    }

    /// <summary>What the settings say and the simulation does not look at.</summary>
    internal IEnumerable<string> NotModelled()
    {
        if (Detector is not null) yield return $"Detector '{Detector}' is the program's own: the detectors that Health describes stand in";
        if (Checker is not null) yield return $"Checker '{Checker}': the simulated instances are asked instead";
        if (CatalogFolder is not null) yield return "CatalogFolder: clients of a simulation start with the registry";
        if (!Weights.IsEmpty) yield return "Weights: simulated instances have ids of their own";
        if (Watch.Addresses != new AddressPolicy()) yield return "Watch:Addresses: simulated instances have addresses of their own";
        if (Http != new FailoverOptions()) yield return "Http: bodies and headers are not simulated";
    }

    private static IConfigurationRoot Open(string file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            // What is wrong inside a file is told by the inner one.
            throw new BadInputException($"{file}: {(e is FileNotFoundException ? "there is no such file" : (e.InnerException ?? e).Message)}");
        }
    }

    private static IConfigurationSection? Choose(IConfigurationSection services, string? service, string usual, List<string> problems)
    {
        var all = services.GetChildren().ToArray();
        var names = all.Select(static s => s.Key).ToArray();
        var found = Array.Find(all, s => string.Equals(s.Key, service ?? usual, StringComparison.OrdinalIgnoreCase));
        if (found is not null) return found;
        if (service is not null) problems.Add($"{services.Path}: there is no service '{service}'{Suggestion.For(service, names, "services")}");
        else if (all.Length > 1) problems.Add($"{services.Path}: there are several services: say whose settings to take, --service {string.Join(" or ", names)}");
        return service is null && all.Length == 1 ? all[0] : null;
    }
}
