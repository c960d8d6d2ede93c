using System.CommandLine;
using HA.Core.Sim.Commands;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim;

/// <summary>From a command line to an exit code.</summary>
internal static class SimApp
{
    internal static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parsed = CommandTree.Create(terminal).Parse(args);
        if (parsed.Errors.Count > 0) return Refuse(parsed, terminal);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (BadInputException e)
        {
            foreach (var problem in e.Problems) await terminal.Error.WriteLineAsync(problem);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            await terminal.Error.WriteLineAsync($"internal error: {(e is RunBrokenException ? e.Message : $"{e.GetType().Name}: {e.Message}")}");
            var isVerbose = parsed.GetValue(CommonOptions.Verbose);
            await terminal.Error.WriteLineAsync(isVerbose ? e.ToString() : "--verbose shows where");
            return ExitCode.InternalError;
        }
    }

    private static int Refuse(ParseResult parsed, Terminal terminal)
    {
        foreach (var error in parsed.Errors.Select(static e => e.Message).Distinct(StringComparer.Ordinal)) terminal.Error.WriteLine(error);
        var words = parsed.CommandResult.Command.Subcommands.Where(static c => !c.Hidden).Select(static c => c.Name)
            .Concat(parsed.CommandResult.Command.Options.Select(static o => o.Name));
        foreach (var stranger in parsed.UnmatchedTokens)
        {
            if (Suggestion.Nearest(stranger, words) is { } near) terminal.Error.WriteLine($"'{stranger}': did you mean '{near}'?");
        }

        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        terminal.Error.WriteLine($"Help: ha-sim{command} --help");
        return ExitCode.BadInput;
    }
}
