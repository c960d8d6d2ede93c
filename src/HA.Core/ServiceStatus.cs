namespace HA.Core;

/// <summary>What a registry says about an instance. Ordered: the larger the worse.</summary>
public enum ServiceStatus : byte
{
    /// <summary>Takes traffic.</summary>
    Up = 0,

    /// <summary>Finishes what it has and is about to leave: no new calls.</summary>
    Draining = 1,

    /// <summary>Must not be called (maintenance, or the registry's own check fails).</summary>
    Down = 2,
}
