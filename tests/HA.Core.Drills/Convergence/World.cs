using System.Collections.Concurrent;
using HA.Core.Drills.Running;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Drills.Convergence;

/// <summary>
/// A server behind a proxy, and three processes that reach it through that: one keeps instances, one watches, and one
/// writes without a keeper and forgets about it.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    internal const int Services = 3;
    internal const int InstanceCount = Services * 3;

    private static readonly TimeSpan SlowReaderPause = TimeSpan.FromMilliseconds(300);

    private readonly DrillRound _round;
    private readonly IRegistryServer _server;
    private readonly FaultProxy _proxy;
    private readonly IServiceRegistry _keeping;
    private readonly IServiceRegistry _watching;
    private readonly IServiceRegistry _writing;
    private readonly ConcurrentDictionary<int, RegistrationKeeper> _keepers = new();
    private readonly ConcurrentDictionary<int, ServiceRegistration> _written = new();
    private readonly List<CatalogWatcher> _watchers = [];
    private int _port = 1000;

    internal World(DrillRound round, IRegistryServer server)
    {
        _round = round;
        _server = server;
        _proxy = FaultProxy.Start(server.Port);
        _keeping = round.Rig.Open(_proxy.Address);
        _watching = round.Rig.Open(_proxy.Address);
        _writing = round.Rig.Open(_proxy.Address);
        var slow = new SlowReader(_watching, SlowReaderPause);
        for (var service = 0; service < Services; service++)
        {
            foreach (var registry in (IServiceRegistry[])[_watching, slow])
                _watchers.Add(new CatalogWatcher(registry, ServiceOf(service), static _ => { }, options: Watching));
        }
    }

    /// <summary>How the watchers follow: as usual, but quicker to try again and to believe, so that a round is short.</summary>
    internal static CatalogWatcherOptions Watching { get; } = new()
    {
        FirstBackoff = TimeSpan.FromMilliseconds(100),
        MaxBackoff = TimeSpan.FromSeconds(1),
        RemovalHoldTime = TimeSpan.FromSeconds(2),
    };

    /// <summary>What an instance is called in a printed schedule.</summary>
    internal static string NameOf(int target) => $"{target % Services}/i{target / Services}";

    internal async Task RunAsync(Schedule schedule) =>
        await Task.WhenAll(RunAsync(schedule.Faults, BreakAsync), RunAsync(schedule.Changes, ChangeAsync));

    /// <summary>Everything works again from now on.</summary>
    internal void Heal() => _proxy.Pass();

    /// <summary>What differs between keepers, watchers and the store itself; null if nothing does.</summary>
    internal async Task<string?> DifferenceAsync(CleanReader store)
    {
        if (_keepers.FirstOrDefault(static k => k.Value.State != RegistrationState.Registered) is { Value: { } keeper })
            return $"the keeper of {keeper.Instance} is {keeper.State}";
        for (var service = 0; service < Services; service++)
        {
            var name = ServiceOf(service);
            var kept = TextOf(_keepers.Values.Select(static k => k.Instance).Where(i => i.Service == name));
            if (await store.TryReadAsync(name) is not { } read) return "the store cannot be read";
            if (TextOf(read) is var stored && stored != kept) return $"{name}: kept [{kept}], stored [{stored}]";
            foreach (var view in _watchers.Where(w => w.Service == name).Select(static w => w.View))
            {
                var seen = TextOf(view.Catalog.Instances);
                if (seen != kept || view.Origin != CatalogOrigin.Live) return $"{name}: kept [{kept}], watched [{seen}] {view.Origin}";
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        await Task.WhenAll(_keepers.Values.Select(static k => k.DisposeAsync().AsTask()));
        foreach (var watcher in _watchers) await watcher.DisposeAsync();
        foreach (var registry in (IServiceRegistry[])[_keeping, _watching, _writing]) await registry.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static async Task RunAsync(IReadOnlyList<Step> steps, Func<Step, Task> runAsync)
    {
        foreach (var step in steps)
        {
            await Task.Delay(step.After);
            await runAsync(step);
        }
    }

    private async Task BreakAsync(Step fault)
    {
        switch (fault.What)
        {
            case "cut":
                await WhileAsync(fault, _proxy.Cut);
                break;
            case "half-open":
                await WhileAsync(fault, _proxy.HalfOpen);
                break;
            case "slow-line":
                await WhileAsync(fault, () => _proxy.DelayUp = _proxy.DelayDown = TimeSpan.FromMilliseconds(400));
                break;
            case "trickle":
                await WhileAsync(fault, () => _proxy.BytesPerSecond = 2000);
                break;
            case "lose-answer":
                _proxy.DropNextResponse(breaks: false);
                break;
            case "lose-answer-and-line":
                _proxy.DropNextResponse(breaks: true);
                break;
            case "freeze":
                _server.Process.Freeze();
                await Task.Delay(fault.For);
                _server.Process.Thaw();
                break;
            case "kill" or "replace":
                await _server.Process.KillAsync();
                await Task.Delay(fault.For);
                await _server.Process.RestartAsync(keepsData: fault.What == "kill");
                break;
            default:
                await _server.Faults.Single(f => f.Name == fault.What).InjectAsync();
                break;
        }
    }

    private async Task WhileAsync(Step fault, Action begin)
    {
        begin();
        await Task.Delay(fault.For);
        _proxy.Pass();
    }

    private async Task ChangeAsync(Step change)
    {
        var target = change.Target;
        switch (change.What)
        {
            case "start" when !_keepers.ContainsKey(target):
                var options = new RegistrationOptions { TimeToLive = _round.TimeToLive, DeregisterTimeout = TimeSpan.FromSeconds(1) };
                _keepers[target] = new RegistrationKeeper(_keeping, Instance(target, "kept"), options: options);
                break;
            case "stop" when _keepers.TryRemove(target, out var keeper):
                await keeper.DisposeAsync();
                break;
            case "update" when _keepers.TryGetValue(target, out var keeper):
                keeper.Update(Instance(target, "kept"));
                break;
            case "write":
                await TryAsync(async token => _written[target] = await _writing.RegisterAsync(
                    Instance(target, "written"), new RegistrationTerms("writer", _round.TimeToLive, TakeOver: true), token));
                break;
            case "erase" when _written.TryRemove(target, out var registration):
                await TryAsync(async token => await _writing.DeregisterAsync(registration, token));
                break;
            default:
                // Nothing of the kind is there.
                break;
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> write)
    {
        using var deadline = new CancellationTokenSource(_round.TimeToLive / 4);
        try
        {
            await write(deadline.Token);
        }
        catch (Exception e) when (e is RegistryException or OperationCanceledException)
        {
            // Whether it was written is not known. That is what this writer is for.
        }
    }

    // Each writing has a port of its own, so that an old one is told from a new one.
    private ServiceInstance Instance(int target, string by) =>
        new(ServiceOf(target % Services), $"{by}-{target / Services}", "10.0.0.5", Interlocked.Increment(ref _port));

    private string ServiceOf(int number) => $"{_round.Service}-{number}";

    private static string TextOf(IEnumerable<ServiceInstance> instances) =>
        string.Join(' ', instances.OrderBy(static i => i.Id, StringComparer.Ordinal).Select(static i => $"{i.Id}:{i.Port}"));
}
