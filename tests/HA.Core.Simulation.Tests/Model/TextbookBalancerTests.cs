using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class TextbookBalancerTests
{
    [Fact]
    public void AllChoices_FillEvenly()
    {
        // A batch of as many calls as there are instances: one for each.
        Assert.Equal(1, Peak(new TextbookPolicy { Choices = 0 }));
        Assert.True(Peak(new TextbookPolicy { Choices = 1 }) > 3);
        Assert.InRange(Peak(new TextbookPolicy { Choices = 2 }), 1.2, 3);
    }

    [Fact]
    public void Counts_ThatAreOld_MakeAHerd()
    {
        var fresh = Peak(new TextbookPolicy { Choices = 3 });
        // What is known at the start is that all are idle, and nothing is learned while the batch arrives.
        var old = Peak(new TextbookPolicy { Choices = 3, Refresh = Scenes.Seconds(1000) });
        Assert.True(old > fresh, $"{old} is not above {fresh}");
    }

    private static double Peak(TextbookPolicy policy) => Scenes.Run(new Scenario
    {
        Name = "bins",
        Duration = Scenes.Seconds(20),
        Service = new ServiceModel { Instances = 50, Discipline = Discipline.Delay, ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
        Traffic = new TrafficModel { Process = ArrivalProcess.Paced, Rate = 50, Batch = 50 },
        Client = new ClientModel { Textbook = policy },
    }).BatchPeak!.Value;
}
