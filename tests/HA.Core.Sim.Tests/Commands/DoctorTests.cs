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
