using HA.Core.Servers;

namespace HA.Core.Drills.Running;

/// <summary>One round of a drill: its chance, and what came of it. One flow uses it at a time.</summary>
public sealed class DrillRound(RegistryRig rig, TimeSpan timeToLive, int seed, TimeSpan? bound)
{
    private readonly List<string> _notes = [];

    /// <summary>The registry.</summary>
    public RegistryRig Rig => rig;

    /// <summary>Of the registrations.</summary>
    public TimeSpan TimeToLive => timeToLive;

    /// <summary>Where its chance comes from.</summary>
    public int Seed => seed;

    /// <summary>All its chance.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Longest that what is measured may take.</summary>
    public TimeSpan Bound => bound ?? TimeSpan.MaxValue;

    /// <summary>The server and its version.</summary>
    public string Server { get; set; } = "";

    /// <summary>What was measured.</summary>
    public TimeSpan? Took { get; private set; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public string? Failure { get; private set; }

    /// <summary>What else is worth telling.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>A service that no other round uses.</summary>
    public string Service => $"drill-{seed}";

    /// <summary>A time between zero and a limit.</summary>
    public TimeSpan NextTime(TimeSpan limit) => Random.NextDouble() * limit;

    /// <summary>
    /// The figure of the round, of what ended at most a time to live ago; too large a one fails it, unless the machine itself
    /// stood still for the excess.
    /// </summary>
    public void Measured(TimeSpan took, string what)
    {
        if (Took is null || took > Took) Took = took;
        if (took <= Bound) return;
        var stalled = MachineStalls.During(took + timeToLive);
        var told = $"{what} took {took.TotalSeconds:0.000} s, {Bound.TotalSeconds:0.0##} s at most are allowed; "
            + $"the machine stood still for {stalled.TotalSeconds:0.000} s about then";
        if (took > Bound + stalled) Fail(told);
        else Note(told);
    }

    /// <summary>Requires something.</summary>
    public void Require(bool holds, string otherwise)
    {
        if (!holds) Fail(otherwise);
    }

    /// <summary>Something went wrong; the first thing is kept, the others are added.</summary>
    public void Fail(string why) => Failure = Failure is null ? why : $"{Failure}; {why}";

    /// <summary>Tells something.</summary>
    public void Note(string note) => _notes.Add(note);
}
