using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Health;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Live;

/// <summary>How <c>live</c> runs.</summary>
internal sealed record LiveOptions(int Instances, int Seconds, ulong Seed, double Rate)
{
    /// <summary>One of <see cref="LiveRegistry.Names"/>.</summary>
    internal string Registry { get; init; } = LiveRegistry.InMemory;

    /// <summary>Whether the registry is killed too, and comes back empty.</summary>
    internal bool KillsRegistry { get; init; }

    /// <summary>Whether every process is also stopped on purpose and started again, one after the other.</summary>
    internal bool Deploys { get; init; }
}

/// <summary>
/// The shipped client against processes on this machine: one is killed in full flight and later started again.
/// </summary>
internal static class LiveRun
{
    // Short enough to see everything happen within a few seconds.
    private static readonly RegistrationOptions Registration = new() { TimeToLive = TimeSpan.FromSeconds(3) };

    // The registry is in this process: the word spreads at once, and what is under way takes milliseconds.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private static readonly HealthOptions Health = new()
    {
        EjectionTime = TimeSpan.FromSeconds(1),
        CheckInterval = TimeSpan.FromMilliseconds(500),
    };

    // Long enough for every entry to run out, had the registry lived.
    private static readonly TimeSpan LongAway = Registration.TimeToLive * 1.5;

    // The machine may be busy with other things: these are limits of patience, not of speed.
    private static readonly Expectation[] Expectations =
    [
        Expectation.Parse("calls >= 1"), Expectation.Parse("failed <= 0"),
        Expectation.Parse("timeToDetect <= 6s"), Expectation.Parse("timeToRecover <= 10s"),
    ];

    internal static async Task<RunReport> RunAsync(LiveOptions options, Action<string> progress, CancellationToken stop)
    {
        progress($"starting {options.Registry}");
        await using var registry = await LiveRegistry.StartAsync(options.Registry);
        var instances = Enumerable.Range(1, options.Instances)
            .Select(i => new LiveInstance($"{LiveInstance.Service}-{i}", registry, Registration)).ToArray();
        try
        {
            progress($"starting {options.Instances} processes");
            await Task.WhenAll(instances.Select(i => i.StartAsync(stop)));
            return await DriveAsync(options, registry, instances, progress, stop);
        }
        finally
        {
            await Task.WhenAll(instances.Select(static i => i.DisposeAsync().AsTask()));
        }
    }

    private static async Task<RunReport> DriveAsync(
        LiveOptions options, LiveRegistry registry, LiveInstance[] instances, Action<string> progress, CancellationToken stop)
    {
        var observer = new LiveObserver();
        var environment = ServiceEnvironment.Create(observer);
        var pool = new PoolOptions { Health = Health with { Checker = new HttpHealthChecker() } };
        await using var connection = registry.Connect();
        await using var client = new HaServiceClient(connection, pool, environment: environment);
        var loss = options.KillsRegistry ? new RegistryLoss(registry, observer) : null;
        observer.Note("registry", registry.Title, "serves");
        var traffic = new LiveTraffic(client, observer, options.Rate, options.Seed);
        await traffic.WarmUpAsync();
        using var end = new CancellationTokenSource();
        var calls = Task.Run(() => traffic.RunAsync(end.Token), CancellationToken.None);
        try
        {
            var victim = instances[(int)(options.Seed % (ulong)instances.Length)];
            var quarter = TimeSpan.FromSeconds(options.Seconds) / 4;
            var wholeTime = Task.Delay(quarter * 4, stop);
            progress("calling");
            await Task.Delay(quarter, stop);
            if (loss is not null)
            {
                progress("killing the registry");
                await loss.BeginAsync();
            }

            progress($"killing {victim.Id}");
            observer.Broke(victim.Id);
            await victim.KillAsync();
            await Task.Delay(loss is null || quarter > LongAway ? quarter : LongAway, stop);
            if (loss is not null)
            {
                progress("starting the registry again, without its data");
                await loss.EndAsync([.. instances.Where(i => i != victim).Select(static i => i.Id)], stop);
            }

            progress($"starting {victim.Id} again");
            await victim.StartAsync(stop);
            observer.Mended(victim.Id);
            await wholeTime;
            await WaitUntilUsedAsync(observer, stop);
            if (options.Deploys) await DeployAsync(instances, progress, stop);
        }
        finally
        {
            await end.CancelAsync();
            await calls;
        }

        return Judge(observer, loss, options.Seed) with { Scenario = options.Registry == LiveRegistry.InMemory ? "live" : $"live over {registry.Title}" };
    }

    // Done on purpose: what fails now is the fault of whoever stops a process, or of the client.
    private static async Task DeployAsync(LiveInstance[] instances, Action<string> progress, CancellationToken stop)
    {
        foreach (var instance in instances)
        {
            progress($"replacing {instance.Id}");
            await instance.StopAsync(DrainTime, stop);
            await instance.StartAsync(stop);
        }
    }

    // A busy machine may have taken its time to start the process.
    private static async Task WaitUntilUsedAsync(LiveObserver observer, CancellationToken stop)
    {
        for (var i = 0; i < 300 && observer.ServedAfterRestart() == 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
    }

    private static ExpectationResult RegisteredAgain(RegistryLoss loss)
    {
        var bound = Registration.TimeToLive / 3 + TimeSpan.FromSeconds(1);
        var actual = loss.Took is { } took ? FormattableString.Invariant($"{took.TotalMilliseconds:0} ms") : "never";
        var expected = $"{bound.TotalSeconds} s after the registry is back, every instance that lives is registered";
        return new ExpectationResult("registeredAgain", expected, actual, loss.Took <= bound);
    }

    private static RunReport Judge(LiveObserver observer, RegistryLoss? loss, ulong seed)
    {
        var report = observer.ToReport(seed, LoadBalancers.Default);
        var served = observer.ServedAfterRestart();
        return report with
        {
            Expectations =
            [
                .. Expectations.Select(e => e.Check(report)),
                new ExpectationResult("usedAgain", "the restarted instance answers calls again", $"{served} calls", served > 0),
                .. loss is null ? [] : new[] { RegisteredAgain(loss) },
            ],
        };
    }
}
