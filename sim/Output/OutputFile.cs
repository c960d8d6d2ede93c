using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Output;

/// <summary>Files that the user asked for.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file; null for no path.</summary>
    /// <exception cref="BadInputException">It cannot be written there.</exception>
    internal static FileStream? Create(string? path)
    {
        if (path is null) return null;
        try
        {
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{path}: {e.Message}");
        }
    }

    /// <summary>Writes JSON where it is wanted, and answers whether that is all: <c>-</c> is for JSON and nothing else.</summary>
    /// <param name="terminal">Takes it if that is all.</param>
    /// <param name="path">File for JSON, or -; null for none.</param>
    /// <param name="json">Makes it, if it is wanted.</param>
    /// <exception cref="BadInputException">It cannot be written there.</exception>
    internal static async Task<bool> WriteJsonAsync(Terminal terminal, string? path, Func<string> json)
    {
        if (path == "-") await terminal.Out.WriteLineAsync(json());
        else if (path is not null) await WriteAsync(path, json());
        return path == "-";
    }

    /// <summary>Writes text and a line's end to a file; nothing for no path.</summary>
    /// <exception cref="BadInputException">It cannot be written there.</exception>
    internal static async Task WriteAsync(string? path, string text)
    {
        if (path is null) return;
        await using var writer = new StreamWriter(Create(path)!);
        await writer.WriteLineAsync(text);
    }
}
