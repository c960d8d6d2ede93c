using System.CommandLine;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Commands;

/// <summary>Hidden: prints the JSON Schema of scenario files, as committed beside them.</summary>
internal static class SchemaCommand
{
    internal static Command Create(Terminal terminal)
    {
        var command = new Command("schema");
        command.Hidden = true;
        command.SetAction(_ => terminal.Out.Write(ScenarioSchema.Generate()));
        return command;
    }
}
