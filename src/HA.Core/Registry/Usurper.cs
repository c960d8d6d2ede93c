namespace HA.Core.Registry;

/// <summary>
/// Tells the successor that lives from the request of a dead process that came late: who holds an id for longer than a time
/// to live has renewed it.
/// </summary>
/// <remarks>By the keeper's own clock, and only while the registry answers: one that was away may have prolonged every lease.</remarks>
internal sealed class Usurper(TimeProvider time)
{
    private ServiceInstance? _holder;
    private long _seenAt;

    /// <summary>Whether this holder has been seen for so long by now; the first look counts from now.</summary>
    internal bool HasHeldFor(TimeSpan length, ServiceInstance holder)
    {
        if (_holder is null || _holder.RegisteredAt != holder.RegisteredAt) _seenAt = time.GetTimestamp();
        _holder = holder;
        return time.GetElapsedTime(_seenAt) > length;
    }

    /// <summary>The id is ours again, or the registry did not answer: the next look is the first.</summary>
    internal void Forget() => _holder = null;
}
