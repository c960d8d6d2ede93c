using HA.Core.Calls;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class DeadlineLineTests
{
    // Found by the tour: a shorter timeout that came into an empty line waited for the longer one before it.
    [Fact]
    public void Add_ShorterAfterALongerThatEndedInTime_ExpiresOnTime() => Simulator.Run(1, async simulation =>
    {
        var world = new World(simulation, new Scenario { Name = "deadlines" });
        var process = world.Instances[0];
        process.Start();
        var from = new Place(PlaceKind.Client, "test");

        var answered = await SendAsync(world, from, process, TimeSpan.FromSeconds(2));
        process.Freeze();
        var before = simulation.Now;
        var hung = await SendAsync(world, from, process, TimeSpan.FromMilliseconds(500));

        Assert.Equal(AttemptStatus.Answered, answered.Status);
        Assert.Equal(AttemptStatus.TimedOut, hung.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(500), simulation.Now - before);
    });

    [Fact]
    public void Add_ShorterBehindALonger_ExpiresOnTime() => Simulator.Run(1, async simulation =>
    {
        var world = new World(simulation, new Scenario { Name = "deadlines" });
        var process = world.Instances[0];
        process.Start();
        process.Freeze();
        var from = new Place(PlaceKind.Client, "test");

        var longer = SendAsync(world, from, process, TimeSpan.FromSeconds(2));
        var shorter = await SendAsync(world, from, process, TimeSpan.FromMilliseconds(500));
        var afterShorter = simulation.Now;
        await longer;

        Assert.Equal(AttemptStatus.TimedOut, shorter.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(500), afterShorter);
        Assert.Equal(TimeSpan.FromSeconds(2), simulation.Now);
    });

    private static Task<AttemptResult<VirtualResponse>> SendAsync(World world, Place from, InstanceProcess to, TimeSpan timeout) =>
        world.Rent().SendAsync(from, to.Instance, new VirtualRequest(1), new AttemptContext(0, timeout, CancellationToken.None)).AsTask();
}
