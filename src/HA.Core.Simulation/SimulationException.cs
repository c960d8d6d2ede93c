namespace HA.Core.Simulation;

/// <summary>A simulation did not end well. The message tells the seed that shows it again.</summary>
public abstract class SimulationException : Exception
{
    private protected SimulationException(string message, ulong seed, Exception? inner = null)
        : base($"{message} (seed {seed})", inner) => Seed = seed;

    /// <summary>The seed of the simulation.</summary>
    public ulong Seed { get; }
}

/// <summary>The body of a simulation, or an event of its model, threw. The inner exception is what it threw.</summary>
public sealed class SimulationFailedException : SimulationException
{
    internal SimulationFailedException(ulong seed, TimeSpan at, Exception inner)
        : base($"The simulation failed at {at:c}: {inner.GetType().Name}: {inner.Message}", seed, inner) => At = at;

    /// <summary>Virtual time of the failure, since the start.</summary>
    public TimeSpan At { get; }
}

/// <summary>Nothing is left to happen, or the time limit was reached, and the body has not finished.</summary>
public sealed class SimulationStuckException : SimulationException
{
    internal SimulationStuckException(ulong seed, TimeSpan at, string reason, IReadOnlyList<string> loops)
        : base(Describe(at, reason, loops), seed) => Loops = loops;

    /// <summary>Names of the loops that were still running, in the order in which they were started.</summary>
    public IReadOnlyList<string> Loops { get; }

    private static string Describe(TimeSpan at, string reason, IReadOnlyList<string> loops) =>
        $"The simulation is stuck at {at:c}: {reason}. " +
        $"Loops that still run: {(loops.Count == 0 ? "none" : string.Join(", ", loops))}.";
}
