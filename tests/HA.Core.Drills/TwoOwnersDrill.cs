using System.Diagnostics;
using HA.Core.Drills.Running;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>
/// Two processes use one id, with trouble on both ways: the id changes hands once, and the first owner stops and says so.
/// </summary>
internal sealed class TwoOwnersDrill : Drill
{
    private const int First = 1;
    private const int Second = 2;

    public override string Name => "two-owners";

    public override int FullRounds => 50;

    /// <summary>
    /// Until the first owner knows: a request that was under way, a backoff, the next renewal; then a time to live in which the
    /// second has renewed, and the look after that.
    /// </summary>
    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) => (timeToLive * 7 / 3) + TimeSpan.FromSeconds(2);

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var server = await round.Rig.StartAsync();
        round.Server = server.Name;
        await using var wayOfFirst = FaultProxy.Start(server.Port);
        await using var wayOfSecond = FaultProxy.Start(server.Port);
        await using var firstRegistry = round.Rig.Open(wayOfFirst.Address);
        await using var secondRegistry = round.Rig.Open(wayOfSecond.Address);
        var listener = new StateListener();
        var first = Keep(round, firstRegistry, First, listener);
        await first.WaitUntilRegisteredAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        using var end = new CancellationTokenSource();
        var watching = OwnersAsync(round, server, end.Token);
        RegistrationKeeper? second = null;
        for (var i = 0; i < 4; i++)
        {
            Disturbance.Make(wayOfFirst, round.Random, round.TimeToLive);
            Disturbance.Make(wayOfSecond, round.Random, round.TimeToLive);
            await Task.Delay(round.NextTime(round.TimeToLive / 2));
            if (i == 1) second = Keep(round, secondRegistry, Second, new StateListener());
        }

        wayOfFirst.Pass();
        wayOfSecond.Pass();
        var clock = Stopwatch.StartNew();
        while (first.State != RegistrationState.Fenced && clock.Elapsed < round.Bound * 2) await Task.Delay(10);
        var took = clock.Elapsed;
        // Time for a first owner that does not stop to show it.
        await Task.Delay(round.TimeToLive);
        await end.CancelAsync();
        var owners = await watching;
        round.Require(first.State == RegistrationState.Fenced, $"the first owner is {first.State}");
        round.Require(listener.Said.Any(static s => s.State == RegistrationState.Fenced), "the first owner was fenced and did not say so");
        round.Require(second!.State == RegistrationState.Registered, $"the second owner is {second.State}");
        round.Require(owners is [First, Second], $"the id went from hand to hand: {string.Join(", ", owners)}");
        round.Measured(took, "stopping the first owner");
        await first.DisposeAsync();
        await using (var store = new CleanReader(round.Rig, $"127.0.0.1:{server.Port}"))
            round.Require(await store.TryReadAsync(round.Service) is [{ Port: Second }], "the goodbye of the fenced owner touched the other's entry");
        await second.DisposeAsync();
    }

    private static RegistrationKeeper Keep(DrillRound round, IServiceRegistry registry, int port, StateListener listener) =>
        new(registry, new ServiceInstance(round.Service, "a", "10.0.0.5", port), ServiceEnvironment.Create(listener),
            new RegistrationOptions { TimeToLive = round.TimeToLive, DeregisterTimeout = TimeSpan.FromSeconds(1) });

    // Who held the id, in order; a time without anybody is no change of hands.
    private static async Task<List<int>> OwnersAsync(DrillRound round, IRegistryServer server, CancellationToken end)
    {
        await using var store = new CleanReader(round.Rig, $"127.0.0.1:{server.Port}");
        var owners = new List<int>();
        while (!end.IsCancellationRequested)
        {
            if (await store.TryReadAsync(round.Service) is [{ Port: var port }] && (owners.Count == 0 || owners[^1] != port)) owners.Add(port);
            await Task.Delay(5, CancellationToken.None);
        }

        return owners;
    }
}
