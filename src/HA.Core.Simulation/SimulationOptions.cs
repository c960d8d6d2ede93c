namespace HA.Core.Simulation;

/// <summary>How a simulation runs. The defaults suit tests.</summary>
public sealed record SimulationOptions
{
    /// <summary>Events at one instant after which the simulation counts as livelocked.</summary>
    /// <value>The default is 1 000 000.</value>
    public int InstantLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1_000_000;

    /// <summary>Virtual time after which a body that has not finished counts as stuck.</summary>
    /// <value>The default is 365 days: loops on timers never let the queue run dry, so something has to end it.
    /// A scenario that is run has a limit of its own, which follows from its plan, where that is shorter.</value>
    public TimeSpan TimeLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromDays(365);

    /// <summary>
    /// Real time that a simulation found stuck waits for a flow that may have left for another thread, to be able to
    /// say so. It never passes in a run that ends well.
    /// </summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether to fail as soon as the pump's thread queues work to the thread pool, with the stack of who did.
    /// </summary>
    /// <value>The default is false: it slows down the process.</value>
    public bool WatchThreadPool { get; init; }

    /// <summary>Hears what the engine does in <see cref="Simulator.Environment"/>; null for nobody.</summary>
    public Func<Simulator, ServiceEventListener>? Listener { get; init; }

    /// <summary>
    /// Whether what happens at the same instant happens in an order drawn from the seed, instead of in the order in which it
    /// was set off: finds what holds only by that order. The same seed still gives the same run.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Perturb { get; init; }

    /// <summary>
    /// Whether a run of a scenario is written down over time, so that <see cref="Pages.RunPage"/> can draw it. The run is the same
    /// with and without; it takes 6 MB more, and 65 KiB for each of at most 400 instances.
    /// </summary>
    /// <value>The default is false.</value>
    public bool KeepHistory { get; init; }

    /// <summary>What takes the place of shipped parts when a scenario is run; null for nothing.</summary>
    public ScenarioParts? Parts { get; init; }

    /// <summary>Where the trace is written, or null to keep only its hashes. It is not closed.</summary>
    public Stream? TraceOutput { get; init; }
}
