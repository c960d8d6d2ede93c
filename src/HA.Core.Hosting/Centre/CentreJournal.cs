namespace HA.Core.Hosting.Centre;

/// <summary>Tells what happens, and keeps it until there is somebody to tell: configuration is there before any log is.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class CentreJournal(Action<CentreEvent>? hook)
{
    // The first ones tell more than the hundredth failure to connect.
    private const int MaxKept = 100;

    private readonly Lock _gate = new();
    private readonly List<CentreEvent> _kept = [];
    private readonly List<Action<CentreEvent>> _listeners = [];

    internal void Tell(CentreEvent happened)
    {
        hook?.Invoke(happened);
        Action<CentreEvent>[] listeners;
        lock (_gate)
        {
            if (_listeners.Count == 0 && _kept.Count < MaxKept) _kept.Add(happened);
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners) listener(happened);
    }

    /// <summary>The first one hears what was kept too.</summary>
    internal void Attach(Action<CentreEvent> listener)
    {
        CentreEvent[] kept;
        lock (_gate)
        {
            kept = [.. _kept];
            _kept.Clear();
            _listeners.Add(listener);
        }

        foreach (var happened in kept) listener(happened);
    }

    internal void Detach(Action<CentreEvent> listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }
}
