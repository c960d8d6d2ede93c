using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>A drawing that shares its axis of time with all others: labels beside it, marks below it, faults behind it.</summary>
/// <remarks>
/// The drawing is stretched to the width of the page, in units of one column by one hundredth of its height; words stand
/// beside it as text, so that they stay readable on a narrow page.
/// </remarks>
internal static class Plot
{
    internal const string HowToRead = "left and right arrows read it out";

    /// <param name="history">Whose time it is.</param>
    /// <param name="id">Its name in the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What is to be seen in it, in words, for those who do not see it.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="labels">What stands at its left: from the bottom.</param>
    /// <param name="shapes">Units: coarse columns by hundredths of the height, from the top.</param>
    internal static Html OverTime(
        RunHistory history, string id, string title, string description, int height, IReadOnlyList<Mark> labels, Html shapes)
    {
        var width = history.Columns.CoarseCount;
        var grid = new Html();
        foreach (var mark in labels) grid.Add($"<path class=\"g\" d=\"M0 {100 - (mark.At * 100)}h{width}\"/>");
        var svg = Svg(id, title, description, width, 100, height, Html.Of($"{Bands(history, width, 100)}{grid}{shapes}"));
        return Html.Of(
            $"""
             <div class="grid"><div class="ys" style="height:{height}px">{Labels(labels)}</div>
             <div class="plot" data-fig="{id}" tabindex="0" role="group" aria-label="{title}; {HowToRead}">{svg}</div>
             {TimeMarks(history)}</div>

             """);
    }

    /// <summary>The marks of the axis of time, below a drawing.</summary>
    internal static Html TimeMarks(RunHistory history)
    {
        var marks = new Html();
        foreach (var mark in Axis.OfTime(history.Columns))
        {
            var kind = mark.IsMinor ? "minor" : "major";
            marks.Add($"<span class=\"{kind}{(mark.At > 0.97 ? " end" : "")}\" style=\"left:{mark.At * 100}%\">{mark.Text}</span>");
        }

        return Html.Of($"<div class=\"xs\" aria-hidden=\"true\">{marks}</div>");
    }

    /// <summary>A picture with its title and description.</summary>
    internal static Html Svg(string id, string title, string description, double width, double height, int pixels, Html shapes) => Html.Of(
        $"""
         <svg role="img" aria-labelledby="{id}-t {id}-d" style="height:{pixels}px" viewBox="0 0 {width} {height}"
         preserveAspectRatio="none">
         <title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{shapes}</svg>
         """);

    /// <summary>When faults lasted, as bands behind everything else.</summary>
    internal static Html Bands(RunHistory history, double width, double height)
    {
        var bands = new Html();
        foreach (var (from, to) in FaultTimes.Of(history))
            bands.Add($"<rect class=\"band\" x=\"{from * width}\" width=\"{Math.Max(0, to - from) * width}\" height=\"{height}\"/>");
        return bands;
    }

    private static Html Labels(IReadOnlyList<Mark> marks)
    {
        var labels = new Html();
        foreach (var mark in marks) labels.Add($"<span style=\"bottom:{mark.At * 100}%\">{mark.Text}</span>");
        return labels;
    }
}
