using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>
/// A third of the time to live, and a request, after the registry is well again and can be reached, every instance that runs is
/// registered; and at the end of all, nobody else is.
/// </summary>
/// <remarks>Not judged while something else goes on.</remarks>
internal sealed class RegistrationsComeBack(World world) : SimulationCheck
{
    internal override string Name => "registrationsComeBack";

    internal override string Law =>
        FormattableString.Invariant($"{Bound(world).TotalSeconds:0.##} s after the registry is well, whoever runs is registered");

    // The request, and the way there and back, several times.
    private static readonly TimeSpan Requests = TimeSpan.FromMilliseconds(300);

    internal static TimeSpan Bound(World world) => world.Scenario.Registry.TimeToLive / 3 + Requests;

    internal override void RegistryRecovered()
    {
        var missing = Living().Except(world.Registry.Ids, StringComparer.Ordinal).ToArray();
        if (missing.Length > 0) Violate($"at {world.Simulation.Now} the registry lacks [{string.Join(", ", missing)}]");
    }

    internal override void AtEnd()
    {
        if (!RunPlan.IsHealed(world)) return;
        var living = Living();
        if (!world.Registry.Ids.AsSpan().SequenceEqual(living))
            Violate($"the registry names [{string.Join(", ", world.Registry.Ids)}], there are [{string.Join(", ", living)}]");
    }

    private string[] Living() =>
        [.. world.Instances.Where(static i => i.WantsCalls).Select(static i => i.Instance.Description.Id).Order(StringComparer.Ordinal)];
}
