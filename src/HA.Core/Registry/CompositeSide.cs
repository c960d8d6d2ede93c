namespace HA.Core.Registry;

/// <summary>Which of its two registries a <see cref="CompositeRegistry"/> reads.</summary>
public enum CompositeSide : byte
{
    /// <summary>The first one.</summary>
    First = 0,

    /// <summary>The second one.</summary>
    Second = 1,
}
