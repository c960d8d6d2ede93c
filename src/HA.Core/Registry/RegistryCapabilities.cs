namespace HA.Core.Registry;

/// <summary>What a registry promises, as measured; shown to operators and used by the core for its deadlines.</summary>
/// <param name="Name">For people, such as <c>etcd 3.5</c>.</param>
/// <param name="MinTimeToLive">A shorter time to live is raised to this.</param>
/// <param name="RemovalLatency">How much longer than its time to live a dead entry may be seen.</param>
/// <param name="DepartureMemory">How long <see cref="ServiceCatalog.Departed"/> remembers a deregistration.</param>
/// <param name="SurvivesRestart">Whether entries survive a restart of the registry.</param>
public sealed record RegistryCapabilities(
    string Name, TimeSpan MinTimeToLive, TimeSpan RemovalLatency, TimeSpan DepartureMemory, bool SurvivesRestart);
