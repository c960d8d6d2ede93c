using HA.Core.Simulation.Faults;
using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>One fault with everything that it struck, and how long clients took to notice.</summary>
internal sealed record FaultStory(Fault Fault, IReadOnlyList<FaultSpan> Spans, IReadOnlyList<Notice> Notices)
{
    /// <summary>The faults of a run, in the order in which they began.</summary>
    internal static IReadOnlyList<FaultStory> Of(RunHistory history) =>
    [
        .. history.Faults.GroupBy(static f => f.Fault, ReferenceEqualityComparer.Instance).Select(group =>
        {
            var spans = group.ToArray();
            return new FaultStory(spans[0].Fault, spans, [.. history.Notices.Where(n => Array.Exists(spans, s => Concerns(n, s)))]);
        }),
    ];

    internal long From => Spans.Min(static s => s.From);

    /// <summary>When the last of it ended; null if some never did.</summary>
    internal long? To => Spans.All(static s => s.To is not null) ? Spans.Max(static s => s.To) : null;

    /// <summary>What it struck: one name, or how many and the first ones.</summary>
    internal string Struck
    {
        get
        {
            var targets = Spans.Select(static s => s.Target).Distinct(StringComparer.Ordinal).ToArray();
            return targets.Length <= 3 ? string.Join(", ", targets) : $"{targets.Length} instances ({targets[0]}, …)";
        }
    }

    /// <summary>How long the slowest client took to notice; null if none had to, or one never did.</summary>
    internal TimeSpan? Detected => Worst(isUsable: false);

    /// <summary>How long the slowest client took to use it again.</summary>
    internal TimeSpan? UsedAgain => Worst(isUsable: true);

    /// <summary>In words; empty if clients had nothing to notice.</summary>
    internal string Noticed
    {
        get
        {
            var sentences = new List<string>(2);
            if (Notices.Any(static n => !n.IsUsable))
                sentences.Add(Detected is { } detected ? $"noticed in {Amounts.Time(detected)}" : "not noticed by all while it lasted");
            if (Notices.Any(static n => n.IsUsable))
                sentences.Add(UsedAgain is { } again ? $"used again {Amounts.Time(again)} after its end" : "not used again by all");
            return string.Join(", ", sentences);
        }
    }

    private static bool Concerns(Notice notice, FaultSpan span) =>
        notice.Since == (notice.IsUsable ? span.To : span.From)
        && (notice.Instance == span.Target || span.Fault is PartitionFault);

    private TimeSpan? Worst(bool isUsable)
    {
        var of = Notices.Where(n => n.IsUsable == isUsable).ToArray();
        return of.Length == 0 || Array.Exists(of, static n => n.Took is null) ? null : of.Max(static n => n.Took);
    }
}
