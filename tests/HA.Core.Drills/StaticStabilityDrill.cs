using System.Diagnostics;
using HA.Core.Drills.Running;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>
/// The registry is gone for a whole run of calls, longer than any registration lives: none fails, and none asks it.
/// </summary>
internal sealed class StaticStabilityDrill : Drill
{
    private const int Callers = 4;

    public override string Name => "static-stability";

    public override int FullRounds => 8;

    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) => null;

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var server = await round.Rig.StartAsync();
        round.Server = server.Name;
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = new CountingRegistry(round.Rig.Open(proxy.Address));
        LoopbackInstance[] instances = [.. Enumerable.Range(0, 3).Select(i => new LoopbackInstance(round.Service, $"i{i}"))];
        var options = new RegistrationOptions { TimeToLive = round.TimeToLive, DeregisterTimeout = TimeSpan.FromSeconds(1) };
        var keepers = instances.Select(i => new RegistrationKeeper(registry, i.Instance, options: options)).ToArray();
        try
        {
            foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            await using var client = new HaServiceClient(registry);
            await client.GetAsync<string>(round.Service, "/");
            await Wait.UntilAsync("all instances", () => client.PoolOf(round.Service).Snapshot.All.Length == instances.Length);
            await CallWithoutARegistryAsync(round, server, proxy, registry, client);
        }
        finally
        {
            await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
            foreach (var instance in instances) await instance.DisposeAsync();
        }
    }

    private static async Task CallWithoutARegistryAsync(
        DrillRound round, IRegistryServer server, FaultProxy proxy, CountingRegistry registry, HaServiceClient client)
    {
        var how = (round.Seed % 3) switch { 0 => "killed", 1 => "frozen", _ => "unreachable" };
        if (how == "killed") await server.Process.KillAsync();
        else if (how == "frozen") server.Process.Freeze();
        else proxy.HalfOpen();

        var before = registry.Asked;
        var clock = Stopwatch.StartNew();
        var calls = 0;
        var errors = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < round.TimeToLive * 3)
            {
                Interlocked.Increment(ref calls);
                try
                {
                    await CountingRegistry.RequestAsync(() => client.GetAsync<string>(round.Service, "/"));
                }
                catch (Exception e)
                {
                    errors.Enqueue($"{e.GetType().Name}: {e.Message}");
                }

                await Task.Delay(1);
            }
        })));

        round.Note($"{how}: {calls} calls, {errors.Count} failed, {registry.AskedByRequests} asked the registry ({registry.Asked - before} in the background)");
        round.Require(errors.IsEmpty, $"{errors.Count} of {calls} calls failed: {errors.FirstOrDefault()}");
        round.Require(registry.AskedByRequests == 0, $"{registry.AskedByRequests} requests asked the registry");
        round.Require(calls >= 100, $"only {calls} calls were made");
        if (how == "frozen") server.Process.Thaw();
        proxy.Pass();
    }
}
