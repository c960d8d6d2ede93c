using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests;

public sealed class RegistryPartitionTests
{
    // Found by an always-on check: a message lost in a partition was never sent again, so a watch stayed deaf for ever.
    [Fact]
    public void Partition_BetweenClientsAndRegistry_HealsWithIt()
    {
        var report = Scenes.Run(Scenes.With(
            new PartitionFault { From = "clients", To = "registry", At = Scenes.Seconds(2), For = Scenes.Seconds(8) },
            new ScaleFault { To = 5, At = Scenes.Seconds(4) }));

        Assert.Empty(Scenes.Violated(report));
        Assert.Equal(0, report.Failed);
    }
}
