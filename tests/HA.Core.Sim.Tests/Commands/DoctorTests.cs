using System.Diagnostics;
using HA.Core.Sim.Commands;

namespace HA.Core.Sim.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public async Task Doctor_HealthyScenario_FindsTheSameBytes()
    {
        var (code, output) = await ExamineAsync(plant: false);

        Assert.True(code == 0, output);
        Assert.Contains("the same seed gave the same bytes", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_PlantedNondeterminism_IsFoundAndExplained()
    {
        var (code, output) = await ExamineAsync(plant: true);

        Assert.Equal(1, code);
        Assert.Contains("DIFFERS", output, StringComparison.Ordinal);
        Assert.Contains("The traces part at record", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_SeveralSeedsAndAnotherBuild_ExaminesEach()
    {
        var build = typeof(OwnProcess).Assembly.Location;
        var run = await Cli.RunAsync("doctor", "scale-to-one", "--seed", "5", "--seeds", "2", "--other", build);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("scale-to-one 5", run.Out, StringComparison.Ordinal);
        Assert.Contains("scale-to-one 6", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_BuildThatIsNotThere_SaysWhatToDo()
    {
        var run = await Cli.RunAsync("doctor", "scale-to-one", "--other", "nowhere.dll");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Build it first", run.Error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> ExamineAsync(bool plant)
    {
        var start = OwnProcess.With("doctor", "scale-to-one", "--seed", "3");
        if (plant) start.Environment[FingerprintCommand.PlantVariable] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
