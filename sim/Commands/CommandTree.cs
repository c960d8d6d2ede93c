using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using HA.Core.Sim.Output;

namespace HA.Core.Sim.Commands;

/// <summary>Every command, with its help.</summary>
internal static class CommandTree
{
    private const string ExitCodes =
        """
        Exit codes:
          0    every expectation held
          1    one did not
          2    bad usage or bad input, with its place and what would be right
          3    internal error
          130  interrupted
        """;

    internal static RootCommand Create(Terminal terminal)
    {
        var root = TourCommand.Create(terminal);
        root.Add(ListCommand.Create(terminal));
        root.Add(RunCommand.Create(terminal));
        root.Add(ReplayCommand.Create(terminal));
        root.Add(ExplainCommand.Create(terminal));
        root.Add(CompareCommand.Create(terminal));
        root.Add(VerifyCompareCommand.Create(terminal));
        root.Add(ChooseCommand.Create(terminal));
        root.Add(TuneCommand.Create(terminal));
        root.Add(VerifyTheoryCommand.Create(terminal));
        root.Add(ExploreCommand.Create(terminal));
        root.Add(ReproduceCommand.Create(terminal));
        root.Add(DoctorCommand.Create(terminal));
        root.Add(LiveCommand.Create(terminal));
        root.Add(SchemaCommand.Create(terminal));
        root.Add(FingerprintCommand.Create(terminal));
        root.Add(LiveInstanceCommand.Create(terminal));
        root.Add(CommonOptions.Verbose);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help) help.Action = new HelpWithExamples(action);
            if (option is VersionOption version) version.Action = new ShowVersion();
        }

        return root;
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (Examples.Of(parseResult.CommandResult.Command) is { } examples) output.WriteLine($"Examples:\n{examples}\n");
            output.WriteLine(ExitCodes);
            return ExitCode.Held;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine($"ha-sim {version.Split('+')[0]}");
            return ExitCode.Held;
        }
    }
}
