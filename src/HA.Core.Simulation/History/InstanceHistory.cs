using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.History;

/// <summary>What became of one instance over time.</summary>
internal sealed class InstanceHistory
{
    private static readonly int Truths = Enum.GetValues<Truth>().Length;
    private static readonly int Beliefs = Enum.GetValues<Belief>().Length;

    private readonly Belief[] _beliefs;
    private Truth _truth;

    /// <param name="process">The instance.</param>
    /// <param name="columns">Its time.</param>
    /// <param name="clients">How many clients there are; none of them knows it yet.</param>
    internal InstanceHistory(InstanceProcess process, Columns columns, int clients)
    {
        Process = process;
        Truth = new Lane(columns, Truths);
        Truth.Enter((int)History.Truth.Absent, 1);
        Belief = new Lane(columns, Beliefs);
        Belief.Enter((int)History.Belief.Gone, clients);
        _beliefs = new Belief[clients];
        Attempts = new int[columns.CoarseCount];
        Latencies = new LatencyGrid(columns.CoarseCount);
    }

    internal InstanceProcess Process { get; }

    internal string Id => Process.Instance.Description.Id;

    internal string? Zone => Process.Instance.Description.Zone;

    /// <summary>What it was.</summary>
    internal Lane Truth { get; }

    /// <summary>What clients believed.</summary>
    internal Lane Belief { get; }

    /// <summary>Attempts sent to it, in each coarse column.</summary>
    internal int[] Attempts { get; }

    /// <summary>How long attempts took, by the column in which they began.</summary>
    internal LatencyGrid Latencies { get; }

    /// <summary>Whether it belongs to a service behind the one that clients call: they know nothing of it.</summary>
    internal bool IsBehind => Process.Instance.Tier.Depth > 0;

    /// <summary>Whether something was ever wrong with it, or thought to be.</summary>
    internal bool IsRemarkable =>
        Truth.ShareOf((int)History.Truth.Up) < 1 || (!IsBehind && Belief.ShareOf((int)History.Belief.Usable) < 1);

    internal void Is(long at, Truth truth)
    {
        if (truth == _truth) return;
        Truth.Move(at, (int)_truth, (int)truth);
        _truth = truth;
    }

    internal void IsBelieved(long at, int client, Belief belief)
    {
        if (belief == _beliefs[client]) return;
        Belief.Move(at, (int)_beliefs[client], (int)belief);
        _beliefs[client] = belief;
    }
}
