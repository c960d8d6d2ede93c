using System.Collections.Immutable;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Exploration;

/// <summary>Chance for the generator. Every draw has a name, so that a choice that is added moves no other.</summary>
/// <param name="seed">What everything follows from.</param>
internal sealed class Draw(ulong seed)
{
    /// <summary>True as often as this.</summary>
    internal bool Chance(string what, double share = 0.5) => Stream(what).NextDouble() < share;

    /// <summary>A whole number between two bounds, both included.</summary>
    internal int Between(string what, int least, int most) => least + Stream(what).Next(most - least + 1);

    /// <summary>A time between two bounds in whole milliseconds, so that it can be written down exactly.</summary>
    internal TimeSpan Time(string what, int leastMs, int mostMs) => TimeSpan.FromMilliseconds(Between(what, leastMs, mostMs));

    /// <summary>A number between two bounds with two decimals.</summary>
    internal double Number(string what, double least, double most) =>
        Math.Round(least + (Stream(what).NextDouble() * (most - least)), 2);

    /// <summary>One of several.</summary>
    internal T Of<T>(string what, params ReadOnlySpan<T> choices) => choices[Stream(what).Next(choices.Length)];

    /// <summary>A random half of them: what swarm testing switches on.</summary>
    internal ImmutableArray<T> Half<T>(string what, IEnumerable<T> all)
    {
        var random = Stream(what);
        return [.. all.Where(_ => random.NextDouble() < 0.5)];
    }

    private SeededRandom Stream(string what) => new(seed, "explore", what);
}
