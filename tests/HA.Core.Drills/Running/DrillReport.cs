namespace HA.Core.Drills.Running;

/// <summary>What came of all rounds of a drill.</summary>
public sealed class DrillReport
{
    private readonly Drill _drill;
    private readonly DrillOptions _options;
    private readonly DrillRound[] _failed;

    internal DrillReport(Drill drill, RegistryRig rig, DrillOptions options, DrillRound[] rounds, TimeSpan took)
    {
        _drill = drill;
        _options = options;
        _failed = [.. rounds.Where(static r => r.Failure is not null)];
        var times = rounds.Where(static r => r.Took is not null).Select(static r => r.Took!.Value).Order().ToArray();
        Registry = rig.Name;
        Server = rounds.Select(static r => r.Server).FirstOrDefault(static s => s.Length > 0) ?? "";
        Rounds = rounds.Length;
        Worst = times.Length == 0 ? null : times[^1];
        Median = times.Length == 0 ? null : times[times.Length / 2];
        Bound = drill.Bound(rig, options.TimeToLive);
        Notes = rounds.FirstOrDefault(static r => r.Notes.Count > 0)?.Notes ?? [];
        Took = took;
    }

    /// <summary>The registry's name on the command line.</summary>
    public string Registry { get; }

    /// <summary>The server with its version.</summary>
    public string Server { get; }

    /// <summary>The drill's name.</summary>
    public string Drill => _drill.Name;

    /// <summary>How many there were.</summary>
    public int Rounds { get; }

    /// <summary>The longest time that was measured; null if the drill measures none.</summary>
    public TimeSpan? Worst { get; }

    /// <summary>The middle one.</summary>
    public TimeSpan? Median { get; }

    /// <summary>What is allowed.</summary>
    public TimeSpan? Bound { get; }

    /// <summary>What the first round that told anything told.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Time for all rounds.</summary>
    public TimeSpan Took { get; }

    /// <summary>Whether every round held.</summary>
    public bool Held => _failed.Length == 0;

    /// <summary>How many did not.</summary>
    public int Failed => _failed.Length;

    /// <summary>Each failure with the command that runs its round again.</summary>
    public IEnumerable<string> Failures => _failed.Select(r =>
        $"{Registry} {Drill}, seed {r.Seed}: {r.Failure}{string.Concat(r.Notes.Select(static n => $"\n    {n}"))}\n"
        + $"  again: bash eng/soak.sh --registry {Registry} --drill {Drill} --seed {r.Seed} --rounds 1 --ttl {_options.TimeToLive.TotalSeconds:0.###}");
}
