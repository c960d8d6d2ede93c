using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>Truth against belief: for each instance what it was, and below it what clients held it for.</summary>
internal static class Lanes
{
    private const int MostRows = 40;
    private const double LeastLabelled = 0.075;

    private static readonly string[] Truths =
        ["", "up", "up, checks lie", "slow", "failing", "slow and failing", "draining", "away", "unreachable", "hung", "down"];

    private static readonly string[] Beliefs = ["unknown", "used", "on probation", "draining", "ejected"];

    internal static Html Of(RunHistory history)
    {
        var shown = Shown(history.Instances, MostRows, static i => i.IsRemarkable);
        var rows = new Html();
        foreach (var instance in shown) rows.Add($"{Row(history, instance)}");
        var kind = shown.Count > 16 ? "lanes dense" : "lanes";
        var behind = shown.Any(static i => i.IsBehind) ? " Instances behind the service that clients call have no lower strip." : "";
        var many = history.Scenario.Client.Count > 1
            ? $" Where the {history.Scenario.Client.Count} clients differed, the strip is divided as they were."
            : "";
        return Section.Of(
            "lanes", "Truth against belief",
            "Upper strip: what the instance was. Lower strip: what clients held it for. The gap between the two is the time in "
                + $"which they were wrong.{many}{behind}{NotShown(history, shown)}",
            Html.Of($"{Legend(shown)}<div class=\"grid {kind}\">{rows}<div></div>{Plot.TimeMarks(history)}</div>\n"),
            Table(shown));
    }

    /// <summary>At most so many instances: if that is not all, those that something can be said of.</summary>
    internal static IReadOnlyList<InstanceHistory> Shown(List<InstanceHistory> all, int most, Func<InstanceHistory, bool> isRemarkable)
    {
        if (all.Count <= most) return all;
        var first = all.Where(isRemarkable).Take(most).ToHashSet();
        foreach (var instance in all)
        {
            if (first.Count < most) first.Add(instance);
        }

        return all.FindAll(first.Contains);
    }

    internal static string NotShown(RunHistory history, IReadOnlyList<InstanceHistory> drawn)
    {
        // Where those behind have no place at all, they are not missed.
        var behind = drawn.Any(static i => i.IsBehind) ? 0 : history.Instances.Count(static i => i.IsBehind);
        var shown = drawn.Count;
        var hidden = history.Instances.Count + history.Unkept - behind - shown;
        var unkept = history.Unkept > 0 ? $", of whom {history.Unkept} were not recorded" : "";
        return hidden > 0 ? $" {shown} instances are drawn, those first to whom something happened; {hidden} are not{unkept}." : "";
    }

    private static Html Row(RunHistory history, InstanceHistory instance)
    {
        var fine = history.Columns.FineCount;
        var truth = LaneStrip.Of(instance.Truth, fine, "t", Truths.Length, 0, 11);
        var belief = LaneStrip.Of(instance.Belief, fine, "b", Beliefs.Length, 12, 11);
        var zone = instance.Zone is { } name ? Html.Of($"<small>{name}</small>") : null;
        var words = Html.Of($"{Words(instance.Truth, fine, Truths, "truth")}{Words(instance.Belief, fine, Beliefs, "belief")}");
        return Html.Of(
            $"""
             <div class="name" title="{instance.Id}">{instance.Id}{zone}</div>
             <div class="lane"><svg role="img" aria-label="{Described(instance)}" viewBox="0 0 {fine} 23" preserveAspectRatio="none">
             {Plot.Bands(history, fine, 23)}{truth}{belief}</svg>{words}</div>

             """);
    }

    private static Html Words(Lane lane, int columns, string[] names, string side)
    {
        var words = new Html();
        foreach (var (state, from, to) in LaneStrip.Stretches(lane, columns))
        {
            if (state < 2 || (double)(to - from) / columns < LeastLabelled) continue;
            var place = Html.Of($"left:{100.0 * from / columns}%;width:{100.0 * (to - from) / columns}%");
            words.Add($"<span class=\"{side} on-{side[..1]}{state}\" style=\"{place}\">{names[state]}</span>");
        }

        return words;
    }

    private static string Described(InstanceHistory instance) =>
        $"{instance.Id} was {Shares(instance.Truth, Truths)}"
        + (instance.IsBehind ? "" : $"; clients held it for {Shares(instance.Belief, Beliefs)}");

    private static string Shares(Lane lane, string[] names) => string.Join(
        ", ", Enumerable.Range(0, names.Length).Where(s => lane.ShareOf(s) > 0)
            .Select(s => $"{(names[s].Length > 0 ? names[s] : "not there")} {Amounts.Percent(lane.ShareOf(s))}"));

    private static Html Legend(IReadOnlyList<InstanceHistory> shown)
    {
        var truths = Present(shown, static i => i.Truth, Truths, "t");
        var beliefs = Present(shown.Where(static i => !i.IsBehind), static i => i.Belief, Beliefs, "b");
        return Html.Of($"<div class=\"legends\"><b>was</b>{Section.Legend(truths)}<b>held for</b>{Section.Legend(beliefs)}</div>\n");
    }

    private static IEnumerable<(string Class, string Text)> Present(
        IEnumerable<InstanceHistory> shown, Func<InstanceHistory, Lane> laneOf, string[] names, string prefix) =>
        Enumerable.Range(0, names.Length)
            .Where(s => names[s].Length > 0 && (s == 1 || shown.Any(i => laneOf(i).ShareOf(s) > 0)))
            .Select(s => ($"{prefix}{s}", names[s]));

    private static Html Table(IReadOnlyList<InstanceHistory> shown) => Section.Table(
        ["instance", "zone", "share of the time that it was", "clients held it for, by share of their time"],
        shown.Select(i => (IReadOnlyList<string>)
        [
            i.Id, i.Zone ?? "–", Shares(i.Truth, Truths), i.IsBehind ? "–" : Shares(i.Belief, Beliefs),
        ]));
}
