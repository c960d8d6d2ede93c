namespace HA.Core.Registry;

/// <summary>
/// How a <see cref="CompositeRegistry"/> treats the registry that is not read. A new instance holds the recommended values.
/// </summary>
public sealed record CompositeRegistryOptions
{
    /// <summary>
    /// Longest that a write waits for the registry that is not read; a tenth of the time to live if that is shorter.
    /// </summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan SecondaryTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>After it has failed, one write in this time tries it again, and the others pass it by.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan SecondaryPause { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two comparisons of the registries. A difference that two in a row find is drift.</summary>
    /// <value>The default is 15 s.</value>
    public TimeSpan CompareEvery { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(15);
}
