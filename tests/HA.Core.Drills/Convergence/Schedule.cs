namespace HA.Core.Drills.Convergence;

/// <summary>What happens in one round: faults, one after the other, and instances that come and go meanwhile.</summary>
internal sealed record Schedule(IReadOnlyList<Step> Faults, IReadOnlyList<Step> Changes)
{
    private const int FaultCount = 5;
    private const int ChangeCount = 14;

    // Each fault is over before the next begins, so that what is survived is the sum of them and not only the worst.
    private static readonly string[] Lasting = ["cut", "half-open", "slow-line", "trickle", "freeze", "kill", "replace"];
    private static readonly string[] Instant = ["lose-answer", "lose-answer-and-line"];
    private static readonly string[] ChangeKinds = ["start", "start", "stop", "update", "write", "erase"];

    /// <summary>The schedule of a seed, for a server with these faults of its own.</summary>
    internal static Schedule Of(Random random, IReadOnlyList<string> ownFaults, TimeSpan timeToLive)
    {
        string[] kinds = [.. Lasting, .. Instant, .. ownFaults];
        var faults = new Step[FaultCount];
        for (var i = 0; i < faults.Length; i++)
        {
            var kind = kinds[random.Next(kinds.Length)];
            var lasts = Lasting.Contains(kind) ? random.NextDouble() * 0.75 * timeToLive : TimeSpan.Zero;
            faults[i] = new Step(TimeSpan.FromMilliseconds(random.Next(50, 500)), kind, -1, lasts);
        }

        var changes = new Step[ChangeCount];
        for (var i = 0; i < changes.Length; i++)
        {
            var after = TimeSpan.FromMilliseconds(random.Next(20, 500));
            changes[i] = new Step(after, ChangeKinds[random.Next(ChangeKinds.Length)], random.Next(World.InstanceCount), TimeSpan.Zero);
        }

        return new Schedule(faults, changes);
    }

    public override string ToString() => $"faults: {string.Join(", ", Faults)}\n    changes: {string.Join(", ", Changes)}";
}
