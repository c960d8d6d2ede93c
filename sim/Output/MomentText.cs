using System.Globalization;
using HA.Core.Simulation.Inspection;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>A run stopped at a moment, for people.</summary>
internal static class MomentText
{
    private const int MaxClients = 4;
    private const int MaxTimeline = 12;

    internal static void Write(Terminal terminal, Moment moment, string scenario, ulong seed)
    {
        var canvas = terminal.Canvas();
        canvas.MarkupLine(FormattableString.Invariant($"[bold]{Markup.Escape(scenario)}[/], seed {seed}, stopped at {moment.AtSeconds:0.######} s"));
        canvas.MarkupLine($"{Figures.Number(moment.Calls)} calls so far, {Figures.Number(moment.Failed)} failed, {moment.Open} under way\n");
        canvas.Write(Instances(moment));
        canvas.WriteLine();
        foreach (var client in moment.Clients.Take(MaxClients))
            canvas.MarkupLine($"  {client.Name} knows {Markup.Escape(client.Knows)}");
        if (moment.Clients.Length > MaxClients) canvas.MarkupLine($"  [grey]and {moment.Clients.Length - MaxClients} more clients (see --json)[/]");
        if (!moment.Timeline.IsEmpty) canvas.MarkupLine("\n  [grey]what happened last[/]");
        foreach (var entry in moment.Timeline.TakeLast(MaxTimeline))
            canvas.MarkupLine(Markup.Escape(FormattableString.Invariant($"  {entry.AtSeconds,9:0.000} s  {entry.Who,-9} {entry.What}: {entry.Event}")));
    }

    private static Table Instances(Moment moment)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("  instance", "zone", "truth", "registered");
        table.AddColumn(new TableColumn("calls there").RightAligned());
        foreach (var client in moment.Clients.Take(MaxClients)) table.AddColumn(new TableColumn($"{client.Name} believes").NoWrap());
        foreach (var instance in moment.Instances)
        {
            table.AddRow([
                $"  {Markup.Escape(instance.Id)}", Markup.Escape(instance.Zone ?? "-"), Truth(instance), instance.IsRegistered ? "yes" : "no",
                instance.CallsThere.ToString(CultureInfo.InvariantCulture),
                .. moment.Clients.Take(MaxClients).Select(client => Belief(instance, instance.Beliefs.FirstOrDefault(b => b.Client == client.Name))),
            ]);
        }

        return table;
    }

    private static string Truth(InstanceMoment instance)
    {
        var text = instance.HasLeft ? $"{instance.Truth}, has left" : instance.Truth;
        if (instance.Slowness != 1) text += FormattableString.Invariant($", {instance.Slowness:0.##} times slower");
        if (instance.ErrorShare > 0) text += $", fails {Figures.Percent(instance.ErrorShare)}";
        return text;
    }

    // A belief that is not the truth stands out: somebody is called who is not there, or left out who is.
    private static string Belief(InstanceMoment instance, Belief? belief)
    {
        if (belief is null) return instance.IsFit ? "[red]✗ unknown to it[/]" : "[grey]unknown to it[/]";
        var text = $"{belief.Health}, {belief.InFlight} in flight";
        if (belief.IsEligible == instance.IsFit) return text;
        return $"[red]✗ {text}[/]";
    }
}
