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

    /// <summary>Writes text and a line's end to a file; nothing for no path.</summary>
    /// <exception cref="BadInputException">It cannot be written there.</exception>
    internal static async Task WriteAsync(string? path, string text)
    {
        if (path is null) return;
        await using var writer = new StreamWriter(Create(path)!);
        await writer.WriteLineAsync(text);
    }
}
