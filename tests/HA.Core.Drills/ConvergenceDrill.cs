using System.Diagnostics;
using HA.Core.Drills.Convergence;
using HA.Core.Drills.Running;

namespace HA.Core.Drills;

/// <summary>
/// After any schedule of faults, every watcher, the store read anew and the set of live keepers are the same.
/// </summary>
/// <remarks>
/// The bound, from the moment at which everything works again: the dead live for their time to live, are removed within the
/// registry's own latency and its grace after a stall; a watch takes its liveness to see that it is on a dead line, and a
/// backoff to begin anew; what it then misses it holds for the hold time, and once more if that begins a second later.
/// </remarks>
internal sealed class ConvergenceDrill : Drill
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public override string Name => "convergence";

    public override int FullRounds => 200;

    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) =>
        timeToLive + rig.RemovalLatency + rig.Grace + rig.WatchLiveness + World.Watching.MaxBackoff + (World.Watching.RemovalHoldTime * 2);

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var server = await round.Rig.StartAsync();
        round.Server = server.Name;
        var schedule = Schedule.Of(round.Random, [.. server.Faults.Select(static f => f.Name)], round.TimeToLive);
        round.Note(schedule.ToString());
        await using var world = new World(round, server);
        await world.RunAsync(schedule);
        world.Heal();

        var clock = Stopwatch.StartNew();
        await using var store = new CleanReader(round.Rig, $"127.0.0.1:{server.Port}");
        var since = TimeSpan.MaxValue;
        var difference = "";
        // Longer than is allowed, to tell a late one from one that never comes; and it has to stay so.
        while (clock.Elapsed < (round.Bound * 2) && (since == TimeSpan.MaxValue || clock.Elapsed - since < round.TimeToLive / 2))
        {
            if (await world.DifferenceAsync(store) is { } found) (difference, since) = (found, TimeSpan.MaxValue);
            else if (since == TimeSpan.MaxValue) since = clock.Elapsed;
            await Task.Delay(Poll);
        }

        if (since == TimeSpan.MaxValue) round.Fail($"no convergence within {round.Bound * 2}: {difference}");
        else round.Measured(since, $"convergence (last difference: {difference})");
    }
}
