using System.Collections.Immutable;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Trace;

namespace HA.Core.Simulation.Tests.Quality;

/// <summary>A service under one policy, with health and retries out of the way: nobody is ejected, no call is made twice.</summary>
internal static class Fleet
{
    internal const string Bad = "orders-1";
    internal const string FailureAware = "failure-aware";

    internal static Scenario Of(
        int instances, double load, double seconds, string balancer = FailureAware, int clients = 1, params ImmutableArray<Fault> faults) => new()
        {
            Name = "quality",
            Service = new ServiceModel { Instances = instances },
            Traffic = new TrafficModel { Load = load },
            Client = new ClientModel
            {
                Balancer = balancer,
                Count = clients,
                ActiveChecks = false,
                Calls = new CallOptions { MaxAttempts = 1 },
                Health = new HealthOptions { MaxEjectedShare = 0 },
            },
            Duration = TimeSpan.FromSeconds(seconds),
            Faults = faults,
        };

    /// <summary>Nothing but errors, in a fiftieth of the usual time.</summary>
    internal static Fault[] DeadFast(TimeSpan? until = null) =>
    [
        new ErrorsFault { Target = Target.Parse(Bad), For = until },
        new SlowFault { Target = Target.Parse(Bad), Factor = 0.02, For = until },
    ];

    internal static Fault Errors(double share, string target = Bad) => new ErrorsFault { Target = Target.Parse(target), Share = share };

    internal static double ShareOfBad(RunReport report) => report.PerInstance.Single(static i => i.Id == Bad).Share;

    /// <summary>Every attempt of a run, and every catalog that a client took into use: then the instance is null.</summary>
    internal static List<(TimeSpan At, string Client, string? Instance)> Attempts(Scenario scenario, ulong seed)
    {
        using var trace = new MemoryStream();
        ScenarioRunner.Run(scenario, seed, new SimulationOptions { TraceOutput = trace });
        trace.Position = 0;
        var reader = new TraceReader(trace);
        var attempts = new List<(TimeSpan, string, string?)>();
        while (reader.TryRead(out var record))
        {
            if (record.Kind is not (TraceKind.AttemptStarted or TraceKind.CatalogChanged)) continue;
            var instance = record.Kind == TraceKind.AttemptStarted ? reader.NameOf(record.Other) : null;
            attempts.Add((new TimeSpan(record.Time), reader.NameOf(record.Entity), instance));
        }

        return attempts;
    }
}
