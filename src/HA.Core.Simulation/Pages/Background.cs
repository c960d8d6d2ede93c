using System.Reflection;
using HA.Core.Simulation.History;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Pages;

/// <summary>What the run cannot tell, and what it was made of.</summary>
internal static class Background
{
    private const int MostEvents = 300;

    internal static Html Of(RunReport report, RunHistory history, RunPageOptions options)
    {
        var missing = new Html();
        foreach (var text in NotModelled(history.Scenario)) missing.Add($"<li>{text}</li>\n");
        var scenario = options.ScenarioText is { } written
            ? Section.Folded("The scenario as it was written", Html.Of($"<pre tabindex=\"0\">{written}</pre>\n"))
            : null;
        var events = Section.Folded("Faults and changes of opinion in order", Events(report));
        var notModelled = Section.Of(
            "missing", "What was not modelled", "A run says nothing of what is not in it.", Html.Of($"<ul>\n{missing}</ul>\n"));
        var made = Section.Of(
            "made", "What it was made of", "The same scenario, seed and version give the same run and the same page.",
            Html.Of($"{Facts(report, history)}{events}{scenario}"));
        return Html.Of($"{notModelled}{made}");
    }

    private static IEnumerable<string> NotModelled(Scenario scenario)
    {
        yield return "Bandwidth, packet loss and congestion: a message takes a drawn time, or is cut off by a partition.";
        yield return "Setting up connections, TLS and name resolution: a connection is there at once, or refused.";
        yield return "Sizes of requests and answers, and what reading and writing them costs.";
        yield return "The client's own processor, memory and garbage collection: its code takes no virtual time.";
        yield return "Clocks that go wrong: all processes share one that is right.";
        yield return "A real registry: it is modelled by its promises (expiry, watches, errors), not by a product's code.";
        if (scenario.Client.Seam == CallSeam.Transport)
            yield return "HTTP: calls are made at the transport below it. client.seam: http runs HttpClient and its handlers too.";
        if (!scenario.Behind.IsEmpty)
            yield return "How long attempts took at services behind the first: the heat map of waiting shows the one that clients call.";
        if (!scenario.Client.ActiveChecks) yield return "Health checks: this scenario switches them off.";
        if (scenario.MeasureFrom > TimeSpan.Zero)
        {
            yield return $"Figures in words leave out the first {Amounts.Time(scenario.MeasureFrom)}, as the scenario says; "
                + "drawings show them.";
        }

    }

    private static Html Facts(RunReport report, RunHistory history)
    {
        var scenario = history.Scenario;
        var version = typeof(Background).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        (string Name, string Value)[] facts =
        [
            ("seed", Amounts.Plain(report.Seed)), ("version", version), ("trace, XXH128", report.TraceHash),
            ("balancer", report.Balancer),
            ("instances", $"{scenario.Service.Instances} with {Amounts.Count(scenario.Service.Workers, "worker")} each"),
            ("clients", Amounts.Count(scenario.Client.Count)), ("calls for", Amounts.Time(scenario.Duration)),
            ("simulated", Amounts.Moment(report.VirtualSeconds)),
        ];
        var list = new Html();
        foreach (var (name, value) in facts) list.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        return Html.Of($"<dl class=\"facts\">{list}</dl>\n");
    }

    private static Html Events(RunReport report)
    {
        var shown = report.Timeline.Take(MostEvents).Select(static e => (IReadOnlyList<string>)
            [Amounts.Moment(e.AtSeconds), e.Who, e.What, e.Event]);
        var hidden = report.Timeline.Length - MostEvents;
        var more = hidden > 0 ? Html.Of($"<p class=\"lead\">{Amounts.Count(hidden)} more are in the JSON of the run.</p>\n") : null;
        var table = Section.Table(["at", "who", "what", "event"], shown);
        return Html.Of($"<p class=\"lead\">Counted from the start of the processes, shortly before calls arrive.</p>\n{table}{more}");
    }
}
