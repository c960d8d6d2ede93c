using System.Collections.Concurrent;

namespace HA.Core.Recipes.Tests;

/// <summary>Several callers at once, until they are told to stop.</summary>
internal sealed class Load
{
    private const int Callers = 6;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task[] _callers;
    private int _calls;
    private volatile bool _stopped;

    internal Load(Func<Task<string>> call) =>
        _callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(call)))];

    /// <summary>Calls that have ended.</summary>
    internal int Calls => Volatile.Read(ref _calls);

    /// <summary>Waits for the calls under way, and answers what went wrong.</summary>
    internal async Task<IReadOnlyCollection<string>> StopAsync()
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
