using BenchmarkDotNet.Attributes;
using HA.Core.Simulation;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Bench.Simulation;

/// <summary>How long does a simulated call take, trace on, at each seam?</summary>
[MemoryDiagnoser]
public class ThroughputBenchmark
{
    internal const int Calls = 500_000;

    [Params(CallSeam.Transport, CallSeam.Http)]
    public CallSeam Seam { get; set; }

    [Benchmark(OperationsPerInvoke = Calls)]
    public RunReport Run() => ScenarioRunner.Run(Load(Seam), 1);

    /// <summary>Simulated calls for each second of processor time, in one run.</summary>
    internal static double CallsPerSecond(Scenario scenario)
    {
        var before = Environment.CpuUsage.TotalTime;
        var report = ScenarioRunner.Run(scenario, 1);
        return report.Calls / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    /// <summary>Forty instances at load 0.7, no time on the wire, and nothing goes wrong.</summary>
    internal static Scenario Load(CallSeam seam)
    {
        var service = new ServiceModel { Instances = 40, Workers = 2 };
        var traffic = new TrafficModel { Load = 0.7 };
        return new Scenario
        {
            Name = "throughput",
            Service = service,
            Traffic = traffic,
            Client = new ClientModel { Seam = seam },
            Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
            Duration = TimeSpan.FromSeconds(Calls / (traffic.Load * service.CapacityPerSecond)),
        };
    }
}
