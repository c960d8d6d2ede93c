using System.Diagnostics;
using HA.Core.Drills.Running;
using HA.Core.Registry;

namespace HA.Core.Drills;

/// <summary>The leader of several servers is killed: how long nothing can be written, what is lost, and when all is back.</summary>
internal sealed class LeaderLossDrill : Drill
{
    private const int Instances = 20;

    // Longest that writes fail after the servers would take them again.
    private static readonly TimeSpan AfterServers = TimeSpan.FromSeconds(1);

    public override string Name => "leader-loss";

    public override int FullRounds => 10;

    // Three servers each, and what an election takes is what is measured.
    public override int MostAtOnce => 2;

    public override bool IsFor(RegistryRig rig) => rig.StartClusterAsync is not null;

    /// <summary>The outage, and then a renewal and a second.</summary>
    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) => rig.FailoverWithin + (timeToLive / 3) + TimeSpan.FromSeconds(1);

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var cluster = await round.Rig.StartClusterAsync!();
        round.Server = cluster.Name;
        await using var registry = round.Rig.Open(cluster.Addresses);
        await using var writing = round.Rig.Open(cluster.Addresses);
        var options = new RegistrationOptions { TimeToLive = round.TimeToLive, DeregisterTimeout = TimeSpan.FromSeconds(1) };
        var listener = new StateListener();
        var environment = ServiceEnvironment.Create(listener);
        var keepers = Enumerable.Range(0, Instances)
            .Select(i => new RegistrationKeeper(registry, new ServiceInstance(round.Service, $"i{i}", "10.0.0.5", 8080 + i), environment, options))
            .ToArray();
        try
        {
            foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            await writing.RegisterAsync(Probe(round), Terms(round), default);
            await Task.Delay(round.NextTime(round.TimeToLive / 3));

            var clock = Stopwatch.StartNew();
            var outage = OutageAsync(round, clock, async token => await writing.RegisterAsync(Probe(round), Terms(round), token));
            var ofServers = OutageAsync(round, clock, cluster.WriteAsync);
            await cluster.KillLeaderAsync();
            var (lost, complete) = await CompleteAsync(round, cluster, clock);
            var (took, servers) = (await outage, await ofServers);
            round.Note($"no writes for {took.TotalSeconds:0.00} s ({servers.TotalSeconds:0.00} s by an operator), {lost} of {Instances} lost for a while");
            // Members that have no processor to themselves vote again and again: what they take on top is not the provider's.
            round.Require(
                took <= round.Rig.FailoverWithin || took <= servers + AfterServers,
                $"no writes for {took.TotalSeconds:0.00} s, by an operator for {servers.TotalSeconds:0.00} s");
            round.Measured(complete, "being complete again");
            if (round.Failure is not null) round.Note(listener.Story);
        }
        finally
        {
            await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
        }
    }

    // From the kill until the first write that began after it and succeeded.
    private static async Task<TimeSpan> OutageAsync(DrillRound round, Stopwatch clock, Func<CancellationToken, Task> write)
    {
        // What the dying leader still confirms proves nothing.
        var hasFailed = false;
        while (true)
        {
            try
            {
                using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(750));
                await write(deadline.Token);
                if (hasFailed) return clock.Elapsed;
            }
            catch (Exception e) when (e is RegistryException or OperationCanceledException or HttpRequestException or InvalidOperationException)
            {
                hasFailed = true;
            }

            if (clock.Elapsed > round.Bound * 3) return hasFailed ? clock.Elapsed : TimeSpan.Zero;
            await Task.Delay(10);
        }
    }

    private static async Task<(int Lost, TimeSpan Complete)> CompleteAsync(DrillRound round, IRegistryCluster cluster, Stopwatch clock)
    {
        await using var store = new CleanReader(round.Rig, cluster.Addresses);
        var lost = 0;
        TimeSpan? complete = null;
        while (clock.Elapsed < round.Bound + (round.TimeToLive / 2))
        {
            var read = await store.TryReadAsync(round.Service);
            var missing = read is null ? Instances : Instances - read.Count(static i => i.Id != "probe");
            if (read is not null) lost = Math.Max(lost, missing);
            if (missing > 0) complete = null;
            else complete ??= clock.Elapsed;
            await Task.Delay(10);
        }

        return (lost, complete ?? TimeSpan.MaxValue);
    }

    private static ServiceInstance Probe(DrillRound round) => new(round.Service, "probe", "10.0.0.5", 80);

    private static RegistrationTerms Terms(DrillRound round) => new("probe", round.TimeToLive * 10, TakeOver: true);
}
