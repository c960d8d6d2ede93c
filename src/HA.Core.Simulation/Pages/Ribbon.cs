using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>What went wrong, and when: a row for each fault, above everything that it may explain.</summary>
internal static class Ribbon
{
    private const int MostRows = 16;

    internal static Html Of(RunHistory history)
    {
        var faults = FaultStory.Of(history);
        return faults.Count == 0
            ? Section.Of("faults", "What went wrong", "Nothing: this run has no faults.", new Html())
            : Section.Of(
                "faults", "What went wrong", Lead(history, faults.Count), Html.Of($"{Rows(history, faults)}"), Table(history, faults));
    }

    private static string Lead(RunHistory history, int count)
    {
        var shown = count > MostRows ? $" The first {MostRows} of {count} faults are drawn." : "";
        return $"Seconds since calls began to arrive; they did for {Amounts.Time(history.Scenario.Duration)}. "
            + $"The same times are shaded in every drawing below.{shown}";
    }

    private static Html Rows(RunHistory history, IReadOnlyList<FaultStory> faults)
    {
        var rows = new Html();
        foreach (var fault in faults.Take(MostRows))
        {
            var bars = new Html();
            foreach (var span in fault.Spans)
            {
                var (from, to) = (history.Columns.ShareOf(span.From), history.Columns.ShareOf(span.To ?? history.Columns.End));
                bars.Add($"<rect x=\"{from * 100}\" width=\"{Math.Max(0.3, (to - from) * 100)}\" height=\"10\"/>");
            }

            // Late ones are told of to their left, where there is room.
            var (start, end) = (history.Columns.ShareOf(fault.From), history.Columns.ShareOf(fault.To ?? history.Columns.End));
            var side = start <= 0.5 ? Html.Of($"left:{start * 100}%") : Html.Of($"right:{(1 - end) * 100}%");
            rows.Add(
                $"""
                 <div class="name" title="{fault.Fault.Describe()}">{fault.Fault.Describe()}</div>
                 <div class="ribbon"><svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">{bars}</svg>
                 <span style="{side}">{Text(fault)}</span></div>

                 """);
        }

        return Html.Of($"<div class=\"grid\">{rows}<div></div>{Plot.TimeMarks(history)}</div>\n");
    }

    private static string Text(FaultStory fault) => fault.Noticed.Length > 0 ? $"{fault.Struck}: {fault.Noticed}" : fault.Struck;

    private static Html Table(RunHistory history, IReadOnlyList<FaultStory> faults) => Section.Table(
        ["fault", "struck", "from", "to", "noticed by the slowest client in", "used again by the slowest client in"],
        faults.Select(f => (IReadOnlyList<string>)
        [
            f.Fault.Describe(), f.Struck, Amounts.Moment(history.Columns.SecondsUntil(f.From)),
            f.To is { } to ? Amounts.Moment(history.Columns.SecondsUntil(to)) : "the end",
            Amounts.Time(f.Detected?.TotalMilliseconds), Amounts.Time(f.UsedAgain?.TotalMilliseconds),
        ]));
}
