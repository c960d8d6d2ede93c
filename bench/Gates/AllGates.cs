using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Bench.Simulation;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Bench.Gates;

/// <summary>Every promised ratio.</summary>
internal static class AllGates
{
    /// <summary>Simulated calls for each second of processor time, at the transport seam, trace on.</summary>
    private const double PromisedCallsPerSecond = 1_000_000;

    internal static IReadOnlyList<Gate> List { get; } =
    [
        .. LoadBalancers.Names.Select(static name => new Gate($"bytes of acquire + complete, {name}", 0, BytesOfLease(name))),
        .. UpdateGates.List(),
        .. PickGates.List(),
        new Gate("bytes of a call through the client's pipeline", 0, PipelineBytes.Measure),
        .. CallGates.List,
        new Gate($"{PromisedCallsPerSecond:0} over simulated calls per second of CPU, transport seam", 1, SimulatedCalls),
    ];

    private static Func<double> BytesOfLease(string balancer)
    {
        var lease = new LeaseBenchmark { Balancer = balancer, Endpoints = 100 };
        lease.Setup();
        return () => Bytes.Of(() => lease.AcquireAndComplete());
    }

    private static double SimulatedCalls() =>
        PromisedCallsPerSecond / ThroughputBenchmark.CallsPerSecond(ThroughputBenchmark.Load(CallSeam.Transport));
}
