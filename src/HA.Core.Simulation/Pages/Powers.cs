using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Pages;

/// <summary>Powers of ten, the same to the last bit on every machine.</summary>
internal static class Powers
{
    /// <summary>Ten to this power.</summary>
    internal static double Ten(double power) => StableMath.Pow(10, power);

    /// <summary>The power of ten that this is.</summary>
    internal static double Of(double value) => StableMath.Log(value) / StableMath.Log(10);
}
