namespace HA.Core.Conformance;

/// <summary>One test of one law.</summary>
/// <param name="Number">Number of the law in the contract's documentation.</param>
/// <param name="Name">Name of the test; it repeats the law.</param>
/// <param name="CheckAsync">
/// Completes when the law holds and throws <see cref="ConformanceException"/> when it does not.
/// </param>
public sealed record ConformanceLaw(int Number, string Name, Func<Task> CheckAsync)
{
    /// <summary>The name, as test runners show it.</summary>
    public override string ToString() => Name;
}
