namespace HA.Core.Health;

/// <summary>Several detectors as one: each sees every outcome, any may eject, and the longest ejection counts.</summary>
/// <remarks>As safe for concurrent use as its parts.</remarks>
public sealed class CombinedDetector : IFailureDetector
{
    private readonly IFailureDetector[] _parts;

    /// <summary>Creates a detector of others, which serve this endpoint only.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public CombinedDetector(params IReadOnlyList<IFailureDetector> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("A combined detector needs at least one part.", nameof(parts));
        _parts = [.. parts];
    }

    /// <inheritdoc/>
    public TimeSpan? Observe(in CallOutcome outcome)
    {
        TimeSpan? longest = null;
        foreach (var part in _parts)
        {
            if (part.Observe(outcome) is { } period && !(period <= longest)) longest = period;
        }

        return longest;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var part in _parts) part.Reset();
    }
}
