using HA.Core.Sim.Output;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Pages;

namespace HA.Core.Sim.Pages;

/// <summary>One metric of a comparison: a row for each policy, with the interval of its difference drawn to a common scale.</summary>
internal static class IntervalChart
{
    private const double Width = 1000;
    private const double Middle = 10;

    internal static Html Of(ComparedMetric metric)
    {
        var (from, to) = WhiskerPlot.For(metric);
        var rows = new Html();
        foreach (var value in metric.Values)
        {
            rows.Add(
                $"""
                 <tr class="{value.Standing.ToString().ToLowerInvariant()}"><th scope="row">{value.Balancer}</th><td>{ComparisonTable.Mean(metric, value)}</td><td>{ComparisonTable.Difference(metric.Unit, value)}</td><td>{ComparisonTable.Word(metric, value)}</td><td class="interval">{Draw(metric, value, from, to)}</td></tr>

                 """);
        }

        var against = metric.Reference is { } name ? $"against {name}" : "";
        return Html.Of(
            $"""
             <h3>{metric.Title}</h3>
             <div class="scroll" tabindex="0" role="region" aria-label="{metric.Title}"><table class="intervals"><thead><tr><th scope="col">policy</th><th scope="col">mean</th><th scope="col">difference</th><th scope="col">verdict</th><th scope="col">{against}</th></tr></thead>
             <tbody>{rows}</tbody></table></div>

             """);
    }

    private static Html Draw(ComparedMetric metric, ComparedValue value, double from, double to)
    {
        double At(double difference) => to == from ? 0 : Math.Round((difference - from) / (to - from) * Width, 1);
        var zero = Html.Of($"<path class=\"g zero\" d=\"M{At(0)} 0V20\"/>");
        if (value is not { Difference: { } mean, HalfWidth: { } half })
            return metric.Reference is null ? new Html() : Svg(metric, value, Html.Of($"{zero}{Dot(value, At(0))}"));
        var (first, last) = (At(mean - half), At(mean + half));
        return Svg(metric, value, Html.Of(
            $"{zero}<path class=\"whisker\" d=\"M{first} {Middle}H{last}M{first} 5V15M{last} 5V15\"/>{Dot(value, At(mean))}"));
    }

    // A line of no length: its round caps make a dot of it that no stretching deforms.
    private static Html Dot(ComparedValue value, double at) =>
        value.Standing == Standing.Unknown ? new Html() : Html.Of($"<path class=\"dot\" d=\"M{at} {Middle}h0\"/>");

    private static Html Svg(ComparedMetric metric, ComparedValue value, Html shapes) => Plot.Svg(
        $"i-{metric.Metric}-{value.Balancer}", $"{value.Balancer}, {metric.Title}", $"{ComparisonTable.Difference(metric.Unit, value)} {ComparisonTable.Word(metric, value)}",
        Width, 2 * Middle, 20, shapes);
}
