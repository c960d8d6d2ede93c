using System.Diagnostics;
using HA.Core.Servers;

namespace HA.Core.Drills.Running;

/// <summary>Something bad that is done to a registry again and again, and what must come of it. All chance is from the seed.</summary>
public abstract class Drill
{
    /// <summary>As on the command line; what shares a beginning is a family.</summary>
    public abstract string Name { get; }

    /// <summary>Rounds of a full run.</summary>
    public abstract int FullRounds { get; }

    /// <summary>Whether the drill makes sense for a registry.</summary>
    public virtual bool IsFor(RegistryRig rig) => true;

    /// <summary>Rounds side by side at most, of a drill that is a load by itself.</summary>
    public virtual int MostAtOnce => int.MaxValue;

    /// <summary>Longest that what is measured may take; null if it is not a time.</summary>
    /// <param name="rig">The registry.</param>
    /// <param name="timeToLive">Of the registrations.</param>
    public abstract TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive);

    /// <summary>Runs rounds side by side, each with a server of its own.</summary>
    public async Task<DrillReport> RunAsync(RegistryRig rig, DrillOptions options)
    {
        MachineStalls.Observe();
        var clock = Stopwatch.StartNew();
        var rounds = new DrillRound[options.Rounds];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(options.Jobs, MostAtOnce) };
        await Parallel.ForAsync(0, options.Rounds, parallel, async (i, _) =>
        {
            var round = new DrillRound(rig, options.TimeToLive, options.Seed + i, Bound(rig, options.TimeToLive));
            try
            {
                await RunRoundAsync(round);
            }
            catch (Exception e)
            {
                round.Fail($"{e.GetType().Name}: {e.Message}");
            }

            rounds[i] = round;
        });
        return new DrillReport(this, rig, options, rounds, clock.Elapsed);
    }

    /// <summary>One round: takes its time with <see cref="DrillRound.Measured"/>, or says what went wrong.</summary>
    protected abstract Task RunRoundAsync(DrillRound round);
}

/// <summary>How a drill runs.</summary>
/// <param name="Rounds">How often.</param>
/// <param name="Seed">Of the first round; each further one has the next.</param>
/// <param name="Jobs">Rounds side by side.</param>
/// <param name="TimeToLive">Of the registrations.</param>
public sealed record DrillOptions(int Rounds, int Seed, int Jobs, TimeSpan TimeToLive);
