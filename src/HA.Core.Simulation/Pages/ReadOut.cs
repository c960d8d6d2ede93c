using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>What the page's script shows of a column that somebody points at: lines of text, and nothing but them.</summary>
internal sealed class ReadOut(RunHistory history)
{
    private readonly Html _figures = new();

    /// <summary>Lines for each coarse column of a figure.</summary>
    internal void Add(string figure, Func<int, string> textOf)
    {
        var texts = new Html();
        for (var column = 0; column < history.Columns.CoarseCount; column++)
            texts.Add($"{(column == 0 ? null : Comma)}{Json(textOf(column))}");
        _figures.Add($"{Comma}{Json(figure)}:[{texts}]");
    }

    internal Html ToJson()
    {
        var times = new Html();
        for (var column = 0; column < history.Columns.CoarseCount; column++)
            times.Add($"{(column == 0 ? null : Comma)}{Json(Amounts.Moment(history.Columns.StartOf(column)))}");
        return Html.Of($"{{\"when\":[{times}]{_figures}}}");
    }

    private static Html Comma { get; } = Html.Of($",");

    // The encoder escapes what would end a script, too.
    private static Html Json(string text) => Html.Raw($"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"");
}
