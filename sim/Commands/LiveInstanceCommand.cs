using System.CommandLine;
using HA.Core.Sim.Live;
using HA.Core.Sim.Output;

namespace HA.Core.Sim.Commands;

/// <summary>Hidden: one instance of <c>live</c>, as a process that can be killed.</summary>
internal static class LiveInstanceCommand
{
    internal const string Name = "live-instance";

    internal static Command Create(Terminal terminal)
    {
        var id = new Option<string>("--id") { Required = true };
        var port = new Option<int>("--port");
        var command = new Command(Name) { id, port };
        command.Hidden = true;
        command.SetAction(async (parsed, stop) =>
        {
            await InstanceServer.RunAsync(parsed.GetRequiredValue(id), parsed.GetValue(port), Console.In, terminal.Out, stop);
            return ExitCode.Held;
        });
        return command;
    }
}
