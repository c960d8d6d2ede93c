using HA.Core.Drills.Running;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>
/// The registry loses what it knew, or its keepers: all are back, for readers that connect anew, within a third of the time
/// to live and a second of the moment at which the server serves again.
/// </summary>
internal sealed class ReRegistrationDrill(string kind, Func<DrillRound, IRegistryServer, Task> happenAsync) : Drill
{
    private const int Instances = 5;

    internal static IEnumerable<Drill> All =>
    [
        new ReRegistrationDrill("killed", static (round, server) => RestartAsync(round, server, keepsData: true)),
        new ReRegistrationDrill("replaced", static (round, server) => RestartAsync(round, server, keepsData: false)),
        new ReRegistrationDrill("frozen", static async (round, server) =>
        {
            server.Process.Freeze();
            await Task.Delay(round.TimeToLive * 3);
            server.Process.Thaw();
        }),
        new ReRegistrationDrill("wiped", static (_, server) => server.Faults.Single(static f => f.Name == "wipe").InjectAsync()),
        new ReRegistrationDrill("revoked", static (_, server) => server.Faults.Single(static f => f.Name == "revoke").InjectAsync()),
    ];

    public override string Name => $"back-after-{kind}";

    public override int FullRounds => 50;

    public override TimeSpan? Bound(RegistryRig rig, TimeSpan timeToLive) => (timeToLive / 3) + TimeSpan.FromSeconds(1);

    protected override async Task RunRoundAsync(DrillRound round)
    {
        await using var server = await round.Rig.StartAsync();
        round.Server = server.Name;
        await using var registry = round.Rig.Open($"127.0.0.1:{server.Port}");
        var options = new RegistrationOptions { TimeToLive = round.TimeToLive, DeregisterTimeout = TimeSpan.FromSeconds(1) };
        var listener = new StateListener();
        var environment = ServiceEnvironment.Create(listener);
        var keepers = Enumerable.Range(0, Instances)
            .Select(i => new RegistrationKeeper(registry, new ServiceInstance(round.Service, $"i{i}", "10.0.0.5", 8080 + i), environment, options))
            .ToArray();
        try
        {
            foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            // Anywhere between two renewals.
            await Task.Delay(round.NextTime(round.TimeToLive / 3));
            await happenAsync(round, server);

            listener.Tell("the server serves again");

            await using var reader = new CleanReader(round.Rig, $"127.0.0.1:{server.Port}");
            // Longer than is allowed, to see what is only there for a moment, and by how much a late one is late.
            var took = await reader.SettleAsync(round.Service, round.Bound + (round.TimeToLive / 2), static read => read.Length == Instances);
            if (took is { } time) round.Measured(time, "coming back");
            else round.Fail("not all came back");
            if (round.Failure is not null) round.Note(listener.Story);
        }
        finally
        {
            await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
        }
    }

    private static async Task RestartAsync(DrillRound round, IRegistryServer server, bool keepsData)
    {
        await server.Process.KillAsync();
        await Task.Delay(round.NextTime(round.TimeToLive * 2));
        await server.Process.RestartAsync(keepsData);
    }
}
