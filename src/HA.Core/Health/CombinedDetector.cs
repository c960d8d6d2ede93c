using System.Runtime.CompilerServices;

namespace HA.Core.Health;

/// <summary>Several detectors as one: each sees every outcome, any may eject, and the longest ejection counts.</summary>
/// <remarks>As safe for concurrent use as its parts.</remarks>
public sealed class CombinedDetector : IFailureDetector
{
    private readonly IFailureDetector[] _parts;
    private SuccessCount _count;

    /// <summary>Creates a detector of others, which serve this endpoint only.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public CombinedDetector(params IReadOnlyList<IFailureDetector> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("A combined detector needs at least one part.", nameof(parts));
        _parts = [.. parts];
    }

    /// <inheritdoc/>
    public TimeSpan? Observe(in CallOutcome outcome) => ((IFailureDetector)this).Observe(outcome, _count.With(outcome));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TimeSpan? IFailureDetector.Observe(in CallOutcome outcome, long successes)
    {
        var parts = _parts;
        TimeSpan? longest = null;
        // The first two apart: each call is always of one kind, which the compiler turns into the code itself. And written out: a
        // method that gives the longer of two back costs a fifth of what an outcome does.
        if (parts[0].Observe(outcome, successes) is { } first) longest = first;
        if (parts.Length > 1 && parts[1].Observe(outcome, successes) is { } second && !(second <= longest)) longest = second;
        for (var i = 2; i < parts.Length; i++)
        {
            if (parts[i].Observe(outcome, successes) is { } period && !(period <= longest)) longest = period;
        }

        return longest;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var part in _parts) part.Reset();
    }
}
