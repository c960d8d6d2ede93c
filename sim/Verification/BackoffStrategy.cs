namespace HA.Core.Sim.Verification;

/// <summary>How long a client waits before it tries again, in milliseconds (Brooker, "Exponential Backoff And Jitter", 2015).</summary>
internal sealed class BackoffStrategy(string name, double meanTimeMs, double meanCalls, Func<RandomStream, int, double, double> wait)
{
    private const double Base = 5;
    private const double Ceiling = 2000;

    /// <summary>Each, with the mean time until a hundred clients are done and the mean of their writes.</summary>
    internal static BackoffStrategy[] All { get; } =
    [
        new("none", 2021.8, 2422.8, static (_, _, _) => 0),
        new("exponential", 63_636.7, 1859.5, static (_, attempt, _) => Exponential(attempt)),
        new("equal-jitter", 6563.5, 811.8, static (random, attempt, _) => (1 + random.NextDouble()) / 2 * Exponential(attempt)),
        new("full-jitter", 4836.1, 796.0, static (random, attempt, _) => random.NextDouble() * Exponential(attempt)),
        new("decorrelated-jitter", 4628.4, 1000.0, static (random, _, last) => Math.Min(Ceiling, Base + (random.NextDouble() * ((3 * last) - Base)))),
    ];

    internal string Name => name;

    internal double MeanTimeMs => meanTimeMs;

    internal double MeanCalls => meanCalls;

    internal static double First => Base;

    /// <param name="random">Where chance comes from.</param>
    /// <param name="attempt">How many attempts failed, from 1.</param>
    /// <param name="last">The wait before the last attempt; <see cref="First"/> if there was none.</param>
    internal double WaitMs(RandomStream random, int attempt, double last) => wait(random, attempt, last);

    private static double Exponential(int attempt) => Math.Min(Ceiling, (1L << Math.Min(attempt, 30)) * Base);
}
