using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Pages;

/// <summary>Everything that had to hold, broken things first.</summary>
internal static class Expected
{
    internal static Html Of(RunReport report)
    {
        var rows = new Html();
        foreach (var result in report.Expectations.OrderBy(static e => e.Held))
        {
            var (word, sign) = result.Held ? ("held", "✓") : ("broke", "✗");
            rows.Add(
                $"""
                 <tr class="{word}"><td><span aria-hidden="true">{sign}</span><span class="away">{word}</span></td>
                 <td>{result.Expected}</td><td>{result.Actual}</td></tr>

                 """);
        }

        var table = Html.Of(
            $"""
             <div class="scroll" tabindex="0" role="region" aria-label="expectations"><table class="expected">
             <thead><tr><th scope="col">held</th><th scope="col">expected</th><th scope="col">actual</th></tr></thead><tbody>
             {rows}</tbody></table></div>

             """);
        var first = report.FirstError is { } error
            ? Html.Of($"<p class=\"lead\">The first call that failed was told: <code>{error}</code></p>\n")
            : null;
        return Section.Of(
            "expected", "What had to hold", "The scenario's own expectations, and the checks that hold every run.",
            Html.Of($"{table}{first}"));
    }
}
