using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>Messages are lost without a word, in one direction or in both.</summary>
public sealed record PartitionFault : Fault
{
    /// <summary>Where messages come from: <c>clients</c>, <c>registry</c>, or a <see cref="Target"/> of instances.</summary>
    public string From { get; init; } = "clients";

    /// <summary>Where they are sent to, in the same words.</summary>
    public string To { get; init; } = "one";

    /// <summary>Whether the other direction is cut as well.</summary>
    public bool BothWays { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => "partition";

    /// <inheritdoc/>
    public override string Describe() => $"partition {From} {(BothWays ? "<->" : "->")} {To}";

    /// <summary>Reads one side of a partition.</summary>
    /// <exception cref="FormatException">It is neither a group nor a target.</exception>
    public static void CheckSide(string text) => _ = TargetOf(text);

    /// <summary>The instances that a side names; null if it names a group.</summary>
    internal static Target? TargetOf(string side) => side is "clients" or "registry" ? null : Target.Parse(side);

    internal override async Task RunAsync(World world)
    {
        List<InstanceProcess> from = Instances(world, From), to = Instances(world, To);
        var rule = new Cut(Side(From, from), Side(To, to), BothWays);
        // Clients cannot use what they cannot reach, or what cannot reach them.
        var unreachable = From == "clients" ? to : To == "clients" ? from : [];
        world.Network.Add(rule);
        world.Observer.FaultMoved(this, $"{From} {To}", began: true);
        foreach (var process in unreachable) world.Observer.Detection.Broke(process.Instance);
        if (For is not { } length) return;
        await world.Simulation.DelayAsync(length).ConfigureAwait(false);
        world.Network.Remove(rule);
        world.Observer.FaultMoved(this, $"{From} {To}", began: false);
        foreach (var process in unreachable) world.Observer.Detection.Mended(process.Instance);
        if (From == "registry" || To == "registry") await world.Observer.RegistryHealedAsync().ConfigureAwait(false);
    }

    private static List<InstanceProcess> Instances(World world, string side) =>
        TargetOf(side) is { } target ? world.Resolve(target, "partition") : [];

    private static Func<Place, bool> Side(string side, List<InstanceProcess> instances) => side switch
    {
        "clients" => static p => p.Kind == PlaceKind.Client,
        "registry" => static p => p.Kind == PlaceKind.Registry,
        _ => p => instances.Exists(i => i.Instance.Place == p),
    };

    private sealed class Cut(Func<Place, bool> from, Func<Place, bool> to, bool bothWays) : INetworkRule
    {
        public bool Loses(Place a, Place b) => (from(a) && to(b)) || (bothWays && from(b) && to(a));
    }
}
