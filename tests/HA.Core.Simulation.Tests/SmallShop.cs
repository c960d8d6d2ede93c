using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Trace;

namespace HA.Core.Simulation.Tests;

/// <summary>
/// A small program that uses most of the kernel: arrivals, service times, timeouts, a background loop.
/// </summary>
internal static class SmallShop
{
    internal static async Task<string> RunAsync(Simulator sim)
    {
        var client = sim.Trace.Name("client");
        var server = sim.Trace.Name("server");
        var gaps = sim.Random("arrivals", "client");
        var work = sim.Environment.Random("service");
        var arrival = new Exponential(TimeSpan.FromMilliseconds(2));
        var service = new Lognormal(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50));
        var prober = sim.Environment.Spawn("prober", ct => ProbeAsync(sim, server, ct));

        var calls = new List<Task>();
        for (ulong call = 1; call <= 2000; call++)
        {
            await sim.DelayAsync(arrival.Sample(gaps));
            calls.Add(CallAsync(sim, call, client, server, service.Sample(work)));
        }

        await Task.WhenAll(calls);
        await prober.DisposeAsync();
        return sim.Trace.Complete();
    }

    private static async Task CallAsync(Simulator sim, ulong call, int client, int server, TimeSpan duration)
    {
        sim.Record(TraceKind.CallStarted, call, client, server);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(30), sim.Time);
        try
        {
            await sim.DelayAsync(duration, deadline.Token);
            sim.Record(TraceKind.CallEnded, call, client, server, (short)OutcomeKind.Success);
        }
        catch (OperationCanceledException)
        {
            sim.Record(TraceKind.CallEnded, call, client, server, (short)OutcomeKind.Failure);
        }
    }

    private static async Task ProbeAsync(Simulator sim, int server, CancellationToken stop)
    {
        var jitter = sim.Environment.Random("probe");
        while (true)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(10) + jitter.NextTime(TimeSpan.FromMilliseconds(1)), stop);
            sim.Record(TraceKind.HealthChanged, entity: server);
        }
    }
}
