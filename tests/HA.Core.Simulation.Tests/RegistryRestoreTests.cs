using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests;

public sealed class RegistryRestoreTests
{
    // Found by an always-on check: the backup held the entry of the process that had died since, and its successor, which may
    // take the id over once only, was fenced by it for ever.
    [Fact]
    public void Backup_OlderThanARestart_DoesNotFenceTheNewProcess()
    {
        var report = Scenes.Run(Scenes.With(
            new CrashFault { Target = Target.Parse("orders-1"), At = Scenes.Seconds(8), For = Scenes.Seconds(3) },
            new RegistryRestoreFault { At = Scenes.Seconds(20), Age = Scenes.Seconds(15) }) with
        { Duration = Scenes.Seconds(60) });

        Assert.Empty(Scenes.Violated(report));
        Assert.Equal(0, report.Failed);
        Assert.DoesNotContain(report.Timeline, static t => t.Event.Contains("Fenced", StringComparison.Ordinal));
    }

    // Found by explore, seed 4826: the same, while the registry answered that there was nobody. The keeper could not see who had
    // its id, took that for a younger owner, and gave up for good.
    [Fact]
    public void Backup_OfARegistryThatShowsNobody_DoesNotFenceTheNewProcess()
    {
        var report = Scenes.Run(Scenes.With(
            new CrashFault { Target = Target.Parse("orders-1"), At = Scenes.Seconds(8), For = Scenes.Seconds(3) },
            new RegistryEmptyFault { At = Scenes.Seconds(19), For = Scenes.Seconds(10) },
            new RegistryRestoreFault { At = Scenes.Seconds(20), Age = Scenes.Seconds(15) }) with
        { Duration = Scenes.Seconds(60) });

        Assert.Empty(Scenes.Violated(report));
        Assert.DoesNotContain(report.Timeline, static t => t.Event.Contains("Fenced", StringComparison.Ordinal));
    }
}
