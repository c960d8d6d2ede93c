using HA.Core.Sim.Output;

namespace HA.Core.Sim.Tests;

/// <summary>The command line in this process, with what it said.</summary>
internal sealed record Cli(int ExitCode, string Out, string Error)
{
    internal static Task<Cli> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    internal static async Task<Cli> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await SimApp.RunAsync(args, new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error)), cancellationToken);
        return new Cli(code, output.ToString(), error.ToString());
    }
}

/// <summary>A file that is gone when the test is over.</summary>
internal sealed class TempFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-sim-test-");

    internal TempFile(string name, string? text = null)
    {
        Path = System.IO.Path.Combine(_folder.FullName, name);
        if (text is not null) File.WriteAllText(Path, text);
    }

    internal string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
