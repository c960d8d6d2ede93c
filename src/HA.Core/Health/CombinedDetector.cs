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
        // The first two apart: each call is always of one kind, which the compiler turns into the code itself.
        var longest = _parts[0].Observe(outcome);
        if (_parts.Length > 1) longest = Longer(longest, _parts[1].Observe(outcome));
        for (var i = 2; i < _parts.Length; i++) longest = Longer(longest, _parts[i].Observe(outcome));
        return longest;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var part in _parts) part.Reset();
    }

    private static TimeSpan? Longer(TimeSpan? longest, TimeSpan? period) =>
        period is { } value && !(value <= longest) ? value : longest;
}
