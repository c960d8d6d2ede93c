using System.Collections.Immutable;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

/// <summary>A small scenario that tests change in one place each.</summary>
internal static class Scenes
{
    /// <summary>
    /// Hash of <see cref="Small"/> with a crash, seed 2026. It may change only with what the shipped client or the model
    /// does; the commit that changes it must explain why.
    /// </summary>
    internal const string GoldenHash = "1d8b81cbdd216f6e9ec1f13392a597d9";

    internal static Scenario Small { get; } = new()
    {
        Name = "small",
        Duration = TimeSpan.FromSeconds(20),
        Traffic = new TrafficModel { Rate = 200 },
    };

    internal static Scenario With(params Fault[] faults) => Small with { Faults = [.. faults] };

    internal static RunReport Run(Scenario scenario, ulong seed = 1) => ScenarioRunner.Run(scenario, seed);

    internal static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    internal static ImmutableArray<string> Violated(RunReport report) =>
        [.. report.Expectations.Where(static e => !e.Held).Select(static e => $"{e.Name}: {e.Actual}")];
}
