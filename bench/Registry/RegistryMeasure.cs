using HA.Core.Client;
using HA.Core.Registry;

namespace HA.Core.Bench.Registry;

/// <summary>How much is measured.</summary>
internal sealed record RegistryLoad(int Instances, int Services, int Changes)
{
    internal static RegistryLoad Full { get; } = new(10_000, 500, 300);

    internal static RegistryLoad Smoke { get; } = new(40, 10, 5);
}

/// <summary>One line of the table. Times in milliseconds.</summary>
/// <param name="Server">What was measured, with its version.</param>
/// <param name="Measure">What of it.</param>
/// <param name="Ratio">Ours over raw, at the median.</param>
/// <param name="PerSecond">Operations; null where one was made after the other.</param>
internal sealed record RegistryFigure(
    string Server, string Measure, int Instances, double P50, double P99, double? PerSecond,
    double RawP50, double RawP99, double? RawPerSecond, double Ratio);

/// <summary>Measures one registry, the provider and the baseline in turn, at the same server.</summary>
internal sealed class RegistryMeasure(string server, IServiceRegistry registry, IRawClient raw, RegistryLoad load)
{
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(30);

    private const int Lanes = 32;
    private const int Chunk = 500;
    private const int WarmUps = 64;
    // Enough of them to listen to without becoming the load.
    private const int RawListeners = 20;

    private readonly ServiceInstance[] _instances =
    [
        .. Enumerable.Range(0, load.Instances).Select(i =>
            new ServiceInstance($"orders-{i % load.Services:000}", $"i-{i:00000}", $"10.0.{i >> 8}.{i & 255}", 8080)),
    ];

    internal async Task<IEnumerable<RegistryFigure>> RunAsync()
    {
        await WarmUpAsync();
        var registrations = new ServiceRegistration[_instances.Length];
        var all = Enumerable.Range(0, _instances.Length).ToArray();
        var register = await CompareAsync(
            "register", all, async i => registrations[i] = await RegisterAsync(_instances[i]), i => raw.WriteAsync(_instances[i]));
        var renew = await CompareAsync(
            "renew", all, async i => Require(await registry.RenewAsync(registrations[i], default)), i => raw.RenewAsync(_instances[i]));
        return [register, renew, .. await ChangeAsync()];
    }

    // Compiles and connects.
    private async Task WarmUpAsync()
    {
        await Parallel.ForAsync(0, WarmUps, async (i, _) =>
        {
            var instance = new ServiceInstance("warm-up", $"warm-{i}", "10.1.0.1", 8080);
            var registration = await RegisterAsync(instance);
            Require(await registry.RenewAsync(registration, default));
            await registry.DeregisterAsync(registration, default);
            await raw.WriteAsync(instance);
            await raw.RenewAsync(instance);
        });
    }

    private async Task<RegistryFigure> CompareAsync(string measure, int[] items, Func<int, Task> ours, Func<int, Task> baseline)
    {
        Latencies mine = new(), its = new();
        // In turn, so that both see the same machine.
        foreach (var chunk in items.Chunk(Chunk))
        {
            await mine.MeasureAsync(chunk, Lanes, ours);
            await its.MeasureAsync(chunk, Lanes, baseline);
        }

        return Figure(measure, mine, its) with { PerSecond = Math.Round(mine.PerSecond), RawPerSecond = Math.Round(its.PerSecond) };
    }

    private async Task<RegistryFigure[]> ChangeAsync()
    {
        var probe = new ChangeProbe();
        var environment = ServiceEnvironment.Create(probe.Listener);
        var seen = probe.Through(registry);
        var pools = Enumerable.Range(0, load.Services).Select(i => ServicePool.Follow(seen, $"orders-{i:000}", environment)).ToArray();
        try
        {
            foreach (var pool in pools) await pool.WaitForCatalogAsync(default);
            var heard = Enumerable.Range(0, Math.Min(RawListeners, load.Services)).ToArray();
            foreach (var i in heard) await raw.ListenAsync($"orders-{i:000}", () => probe.RawHeard($"orders-{i:000}"));
            Latencies direct = new(), watcher = new(), picker = new();
            // The first round compiles and connects.
            for (var change = -heard.Length; change < load.Changes; change++)
            {
                var instance = _instances[heard[(change + heard.Length) % heard.Length]];
                var changed = new ServiceInstance(instance.Service, instance.Id, instance.Address, instance.Port) { Weight = change + heard.Length + 2 };
                var took = await probe.MeasureAsync(instance.Service, async () =>
                {
                    await RegisterAsync(changed);
                    MemoryRaw.Tell(instance.Service);
                });
                if (change < 0) continue;
                direct.Add(took.Raw);
                watcher.Add(took.Watcher);
                picker.Add(took.Picker);
            }

            return [Figure("change to watcher", watcher, direct), Figure("change to picker", picker, direct)];
        }
        finally
        {
            foreach (var pool in pools) await pool.DisposeAsync();
        }
    }

    private async Task<ServiceRegistration> RegisterAsync(ServiceInstance instance) =>
        await registry.RegisterAsync(instance, new RegistrationTerms("bench", TimeToLive, TakeOver: true), default);

    private RegistryFigure Figure(string measure, Latencies ours, Latencies baseline) => new(
        server, measure, load.Instances, Round(ours.At(0.5)), Round(ours.At(0.99)), null, Round(baseline.At(0.5)), Round(baseline.At(0.99)), null,
        Math.Round(ours.At(0.5) / baseline.At(0.5), 2));

    private static void Require(RenewalResult result)
    {
        if (result != RenewalResult.Renewed) throw new InvalidOperationException($"A renewal answered {result}.");
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 4);
}
