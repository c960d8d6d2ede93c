using System.Collections.Concurrent;
using HA.Core.Servers;

namespace HA.Core.Recipes.Tests;

/// <summary>Several callers at once, until they are told to stop.</summary>
internal sealed class Load
{
    private const int Callers = 6;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task[] _callers;
    private int _calls;
    private volatile bool _stopped;

    private Load(Func<Task<string>> call) =>
        _callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(call)))];

    /// <summary>Calls that have ended.</summary>
    private int Calls => Volatile.Read(ref _calls);

    /// <summary>Kills an instance that has calls under way, and answers what went wrong by when the load goes on without it.</summary>
    internal static async Task<IReadOnlyCollection<string>> AcrossKillAsync(Instance victim, Func<Task<string>> call)
    {
        var load = new Load(call);
        await Wait.UntilAsync("calls come in", () => victim.Calls > 10);
        victim.Hold();
        await Wait.UntilAsync("calls are under way", () => victim.Held > 1);
        await victim.KillAsync();
        var before = load.Calls;
        await Wait.UntilAsync("calls go on", () => load.Calls > before + 200);
        return await load.StopAsync();
    }

    /// <summary>Waits for the calls under way, and answers what went wrong.</summary>
    private async Task<IReadOnlyCollection<string>> StopAsync()
    {
        _stopped = true;
        await Task.WhenAll(_callers);
        return _errors;
    }

    private async Task CallAsync(Func<Task<string>> call)
    {
        while (!_stopped)
        {
            try
            {
                await call();
            }
            catch (Exception e)
            {
                _errors.Enqueue(e.Message);
            }

            Interlocked.Increment(ref _calls);
        }
    }
}
