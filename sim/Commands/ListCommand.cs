using System.CommandLine;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using Spectre.Console;

namespace HA.Core.Sim.Commands;

/// <summary><c>list</c>: the built-in scenarios.</summary>
internal static class ListCommand
{
    internal static Command Create(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "As a JSON list of {name, title, tags}." };
        var command = new Command("list", "List the built-in scenarios.") { json };
        command.SetAction(parsed =>
        {
            var scenarios = ScenarioLibrary.Names.Select(ScenarioLibrary.Load)
                .Select(static s => new ListedScenario(s.Name, s.Title, s.Tags)).ToArray();
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(scenarios, OutputJson.Readable.ListedScenarioArray));
            else WriteTable(terminal, scenarios);
            return ExitCode.Held;
        });
        return command;
    }

    private static void WriteTable(Terminal terminal, ListedScenario[] scenarios)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("name", "title", "tags");
        table.Columns[0].NoWrap();
        foreach (var scenario in scenarios)
            table.AddRow(Markup.Escape(scenario.Name), Markup.Escape(scenario.Title), $"[grey]{Markup.Escape(string.Join(", ", scenario.Tags))}[/]");
        terminal.Canvas().Write(table);
        terminal.Error.WriteLine("Run one: ha-sim run NAME");
    }
}
