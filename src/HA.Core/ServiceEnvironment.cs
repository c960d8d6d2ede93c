namespace HA.Core;

/// <summary>
/// Everything the engine may know of the world outside: time, chance, where work runs, who listens. Nothing else is
/// ambient, so the same code runs on the machine's clock and in a simulation.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public abstract class ServiceEnvironment
{
    /// <summary>The machine's clock, thread pool and entropy; nobody listens.</summary>
    public static ServiceEnvironment System { get; } = new SystemEnvironment(new ServiceEventListener());

    /// <summary>Clock and timers. Durations come from <see cref="TimeProvider.GetTimestamp"/>, never from the wall clock.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Hears what happens. It may observe, and never decides.</summary>
    public ServiceEventListener Listener { get; }

    /// <summary>Creates an environment.</summary>
    protected ServiceEnvironment(ServiceEventListener listener) => Listener = listener;

    /// <summary>The machine's clock, thread pool and entropy, with a listener.</summary>
    public static ServiceEnvironment Create(ServiceEventListener listener) => new SystemEnvironment(listener);

    /// <summary>
    /// A stream of chance of its own. The same purpose gives the same stream in a simulation of the same seed, whatever
    /// else draws numbers: adding an actor disturbs nobody.
    /// </summary>
    public abstract RandomStream Random(string purpose);

    /// <summary>A name that no other process has given out.</summary>
    public string NewId()
    {
        var stream = Random("id");
        return $"{stream.NextUInt64():x16}{stream.NextUInt64():x16}";
    }

    /// <summary>Runs <paramref name="callback"/> soon and not here: on the thread pool, or as the simulation's next step.</summary>
    /// <remarks>The only way to complete a waiter, so that nobody's continuation runs under somebody's lock.</remarks>
    public abstract void Post(Action<object?> callback, object? state);

    /// <summary>Starts a loop that runs until <paramref name="body"/> returns or the loop is stopped.</summary>
    /// <param name="name">For people: shown in logs, and when a simulation ends while the loop still runs.</param>
    /// <param name="body">Ends soon after its token is cancelled. What it throws is told to the listener.</param>
    public virtual SpawnedLoop Spawn(string name, Func<CancellationToken, Task> body) => SpawnedLoop.Start(this, name, body);
}
