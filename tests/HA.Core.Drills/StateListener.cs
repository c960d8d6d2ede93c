using System.Collections.Concurrent;
using System.Diagnostics;

namespace HA.Core.Drills;

/// <summary>Remembers what keepers said of themselves.</summary>
internal sealed class StateListener : ServiceEventListener
{
    private readonly ConcurrentQueue<(RegistrationState State, Exception? Error)> _said = new();
    private readonly ConcurrentQueue<string> _story = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    internal IEnumerable<(RegistrationState State, Exception? Error)> Said => _said;

    /// <summary>The same for people, a line each, with times since the listener was made.</summary>
    internal string Story => string.Join("\n    ", _story);

    /// <summary>Adds a line to the story.</summary>
    internal void Tell(string line) => _story.Enqueue($"{Stopwatch.GetElapsedTime(_startedAt).TotalSeconds:0.000} {line}");

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        _said.Enqueue((state, error));
        Tell($"{instance.Id} {state} {error?.GetType().Name} {error?.Message}");
    }
}
