using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>What became of calls over time; what did not go smoothly once more, on a scale of its own.</summary>
internal static class Outcomes
{
    internal static Html Of(RunHistory history, ReadOut readOut)
    {
        var calls = history.Calls;
        Layer[] layers =
        [
            new("ok", "succeeded at the first attempt", calls.AtOnce), new("again", "succeeded after more", calls.AfterRetry),
            new("refused", "refused by the client", calls.Refused), new("failed", "failed", calls.Failed),
        ];
        layers = [layers[0], .. layers.Skip(1).Where(static l => l.Sum > 0)];
        readOut.Add("calls", c => Stack.Told(history, layers, c));
        Layer[] rough = [.. layers.Skip(1)];
        var close = Html.Of($"<p class=\"calm\">Every call succeeded at its first attempt.</p>\n");
        if (rough.Length > 0)
        {
            readOut.Add("rough", c => Stack.Told(history, rough, c));
            var drawn = Stack.Of(history, "rough", "Calls that did not succeed at the first attempt", 90, rough);
            close = Html.Of($"<h3>The same without the smooth ones</h3>\n{drawn}");
        }

        return Section.Of(
            "calls", "What became of calls", "Calls per second, by when they began.",
            Html.Of($"{Stack.Legend(layers)}{Stack.Of(history, "calls", "What became of calls", 160, layers)}{close}"),
            Stack.Table(history, layers));
    }
}
