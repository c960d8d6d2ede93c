namespace HA.Core.Simulation.Pages;

/// <summary>A part of the page: a heading, a sentence that says how to read it, what it shows, and the same as a table.</summary>
internal static class Section
{
    internal static Html Of(string id, string heading, string lead, Html content, Html? table = null) => Html.Of(
        $"""
         <section id="{id}" aria-labelledby="{id}-h">
         <h2 id="{id}-h">{heading}</h2>
         <p class="lead">{lead}</p>
         {content}{(table is null ? null : AsTable(table))}</section>

         """);

    /// <summary>What colours mean.</summary>
    internal static Html Legend(IEnumerable<(string Class, string Text)> entries)
    {
        var legend = new Html();
        foreach (var (swatch, text) in entries) legend.Add($"<li><i class=\"sw {swatch}\"></i>{text}</li>");
        return Html.Of($"<ul class=\"legend\">{legend}</ul>\n");
    }

    /// <summary>A table; the first column names its row.</summary>
    internal static Html Table(IEnumerable<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Html();
        foreach (var head in heads) table.Add($"<th scope=\"col\">{head}</th>");
        table = Html.Of($"<thead><tr>{table}</tr></thead>\n<tbody>");
        foreach (var row in rows)
        {
            table.Add($"<tr><th scope=\"row\">{row[0]}</th>");
            foreach (var cell in row.Skip(1)) table.Add($"<td>{cell}</td>");
            table.Add($"</tr>\n");
        }

        return Html.Of($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table\"><table>{table}</tbody></table></div>\n");
    }

    /// <summary>Something that is there for those who ask for it.</summary>
    internal static Html Folded(string summary, Html content) =>
        Html.Of($"<details><summary>{summary}</summary>\n{content}</details>\n");

    private static Html AsTable(Html table) => Folded("The same as a table", table);
}
