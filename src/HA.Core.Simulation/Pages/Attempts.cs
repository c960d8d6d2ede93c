using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>How many attempts calls made: whether help became a burden.</summary>
internal static class Attempts
{
    internal static Html Of(RunHistory history, ReadOut readOut)
    {
        Layer[] layers =
        [
            new("ok", "first attempts", history.Calls.FirstAttempts), new("again", "retries and hedges", history.Calls.MoreAttempts),
        ];
        var (first, more) = (layers[0].Sum, layers[1].Sum);
        readOut.Add("attempts", c => Stack.Told(history, layers, c));
        var drawn = Stack.Of(history, "attempts", "Attempts of calls", 130, layers);
        if (more > 0)
        {
            readOut.Add("more", c => Stack.Told(history, layers[1..], c));
            var alone = Stack.Of(history, "more", "Retries and hedges", 90, layers[1..]);
            drawn = Html.Of($"{drawn}<h3>Retries and hedges alone</h3>\n{alone}");
        }

        var per = more == 0
            ? " No call needed more than one."
            : $" A call needed {Amounts.Exact((double)(first + more) / first)} on average.";
        return Section.Of(
            "attempts", "Attempts and retries", $"Attempts per second that clients sent.{per}",
            Html.Of($"{Stack.Legend(layers)}{drawn}"), Stack.Table(history, layers));
    }
}
