using HA.Core.Drills.Running;

namespace HA.Core.Drills.Tests;

/// <summary>Every drill in a short form. A class for each registry, so that they run side by side: they mostly wait.</summary>
public abstract class DrillTests(string registry)
{
    // The rounds of a full run are those of eng/soak.sh.
    private static readonly Dictionary<string, int> Rounds = new(StringComparer.Ordinal)
    {
        ["convergence"] = 5,
        ["no-zombie"] = 4,
        ["two-owners"] = 3,
        ["static-stability"] = 3,
    };

    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(3);

    public static TheoryData<string> Names => new(AllDrills.List.Select(static d => d.Name));

    [Theory, MemberData(nameof(Names))]
    public async Task Drill_InShort_Holds(string name)
    {
        var rig = Rigs.All.Single(r => r.Name == registry);
        var drill = AllDrills.List.Single(d => d.Name == name);
        Assert.True(drill.IsFor(rig), $"{rig} has no {name}");
        var rounds = Rounds.GetValueOrDefault(name, 1);
        var report = await drill.RunAsync(rig, new DrillOptions(rounds, Seed: 1, Jobs: rounds, TimeToLive));
        Assert.True(report.Held, string.Join('\n', report.Failures));
        Assert.NotEqual("", report.Server);
    }
}

public sealed class RedisDrillTests() : DrillTests("redis");

public sealed class EtcdDrillTests() : DrillTests("etcd");
