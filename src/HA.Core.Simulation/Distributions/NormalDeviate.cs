using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Distributions;

/// <summary>A standard normal number (polar method, Marsaglia and Bray 1964): no sine, no cosine.</summary>
internal static class NormalDeviate
{
    // The method yields two at once; the second is thrown away, because keeping it would be state shared by streams.
    internal static double Draw(RandomStream random)
    {
        while (true)
        {
            var x = 2 * random.NextDouble() - 1;
            var y = 2 * random.NextDouble() - 1;
            var s = x * x + y * y;
            if (s is > 0 and < 1) return x * Math.Sqrt(-2 * StableMath.Log(s) / s);
        }
    }
}
