using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>Where output goes: data to one writer, talk to the other, colour and progress only to people.</summary>
/// <param name="Out">Takes data.</param>
/// <param name="Error">Takes talk.</param>
/// <param name="IsOutTerminal">Whether a person reads <paramref name="Out"/>.</param>
/// <param name="IsErrorTerminal">Whether a person reads <paramref name="Error"/>.</param>
/// <param name="HasColour">Whether colours are wanted where a person reads.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsOutTerminal = false, bool IsErrorTerminal = false, bool HasColour = false)
{
    private const int WidthOfFiles = 240;

    /// <summary>The terminal, files or pipes of this process.</summary>
    internal static Terminal OfProcess() => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected,
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>Nobody reads.</summary>
    internal static Terminal Silent { get; } = new(TextWriter.Null, TextWriter.Null);

    /// <summary>A console that draws on <see cref="Out"/>.</summary>
    internal IAnsiConsole Canvas()
    {
        var isColoured = IsOutTerminal && HasColour;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isColoured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(Out),
        });
        if (!IsOutTerminal) console.Profile.Width = WidthOfFiles;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>Shows how far a long command has come, if a person is there to see it.</summary>
    internal void Progress(string text)
    {
        if (IsErrorTerminal) Error.Write($"\r\u001b[K{text}");
    }
}
