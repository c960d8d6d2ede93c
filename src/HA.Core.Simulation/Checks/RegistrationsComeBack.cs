using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>
/// A third of the time to live and a second after the registry is well again, every instance that runs is registered; and
/// at the end of all, nobody else is.
/// </summary>
/// <remarks>Not judged while something else goes on.</remarks>
internal sealed class RegistrationsComeBack(World world) : SimulationCheck
{
    internal override string Name => "registrationsComeBack";

    internal override string Law =>
        FormattableString.Invariant($"{Bound(world).TotalSeconds:0.##} s after the registry is well, whoever runs is registered");

    internal static TimeSpan Bound(World world) => world.Scenario.Registry.TimeToLive / 3 + TimeSpan.FromSeconds(1);

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
