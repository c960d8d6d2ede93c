using HA.Core.Drills.Running;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>
/// Answers are lost and requests come late while an instance registers, renews and takes leave: after a goodbye that
/// succeeded it is never seen again, and after one that failed no longer than its lease.
/// </summary>
internal sealed class NoZombieDrill : Drill
{
    public override string Name => "no-zombie";

    public override int FullRounds => 50;

    /// <summary>After a goodbye that failed: the lease, from the last renewal that was under way.</summary>
    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) =>
        (timeToLive * (1 + Disturbance.LongestDelay)) + rig.RemovalLatency + rig.Grace;

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var server = await round.Rig.StartAsync();
        round.Server = server.Name;
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = round.Rig.Open(proxy.Address);
        await using var store = new CleanReader(round.Rig, $"127.0.0.1:{server.Port}");
        // So that the first disturbance meets a registration and not a handshake.
        await registry.DiscoverAsync(round.Service, default);
        var listener = new StateListener();
        var options = new RegistrationOptions { TimeToLive = round.TimeToLive, DeregisterTimeout = round.TimeToLive };
        var story = new List<string>();
        var keeper = new RegistrationKeeper(
            registry, new ServiceInstance(round.Service, "a", "10.0.0.5", 80), ServiceEnvironment.Create(listener), options);
        for (var i = round.Random.Next(1, 5); i > 0; i--)
        {
            story.Add(Disturbance.Make(proxy, round.Random, round.TimeToLive));
            await Task.Delay(round.NextTime(round.TimeToLive / 2));
        }

        // The trouble passes while the goodbye is under way, or after it, but not what it has held up.
        var goodbye = keeper.DisposeAsync().AsTask();
        await Task.Delay(round.NextTime(round.TimeToLive / 4));
        var isSure = goodbye.IsCompleted && HasSucceeded(listener);
        proxy.Pass();
        await goodbye;
        isSure |= HasSucceeded(listener);
        var lastSeen = await store.SettleAsync(
            round.Service, (round.TimeToLive * 3) + round.Rig.RemovalLatency, static read => read.Length == 0);
        round.Note($"{string.Join(", ", story)}; goodbye {(isSure ? "succeeded" : "failed")}");
        if (lastSeen is not { } last) round.Fail("it was still there at the end");
        else if (isSure && last > TimeSpan.Zero) round.Fail($"seen {last.TotalSeconds:0.000} s after a goodbye that succeeded");
        else round.Measured(last, "being forgotten");
    }

    private static bool HasSucceeded(StateListener listener) =>
        listener.Said.Any(static s => s is { State: RegistrationState.Deregistered, Error: null });
}
