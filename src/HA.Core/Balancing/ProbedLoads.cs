using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>The latest answers to probes: at most one of each endpoint, each good for a few calls and a short while.</summary>
/// <remarks>Choosing is lock-free and allocates nothing: of two at the same moment, both may take the same.</remarks>
internal sealed class ProbedLoads(int size, int uses, double hotQuantile, long maxAge)
{
    private readonly Lock _gate = new();
    private readonly Answer?[] _slots = new Answer?[size];
    private int _removals;

    internal int Size => size;

    /// <summary>Takes an answer in: for the older one of the same endpoint, in a free place, or for the oldest of all.</summary>
    internal void Add(Endpoint endpoint, int inFlight, TimeSpan latency, long now)
    {
        var answer = new Answer(endpoint, inFlight, latency, now, uses);
        lock (_gate)
        {
            var at = Array.FindIndex(_slots, s => s?.Endpoint == endpoint);
            if (at < 0) at = Array.IndexOf(_slots, null);
            if (at < 0) at = Oldest();
            Volatile.Write(ref _slots[at], answer);
        }
    }

    /// <summary>Takes over what another knew of those that are still there.</summary>
    internal void CopyFrom(ProbedLoads other, Func<Endpoint, bool> isThere)
    {
        var at = 0;
        foreach (var answer in other._slots)
        {
            if (answer is not null && at < _slots.Length && isThere(answer.Endpoint)) _slots[at++] = answer;
        }
    }

    /// <summary>The best endpoint, and one answer less; null if there are not two answers to choose from.</summary>
    internal Endpoint? Take(long now)
    {
        Span<LoadReport> reports = stackalloc LoadReport[HotColdRule.Most];
        Span<int> places = stackalloc int[HotColdRule.Most];
        var count = 0;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (Volatile.Read(ref _slots[i]) is not { } answer) continue;
            if (now - answer.At > maxAge)
            {
                Remove(i, answer);
                continue;
            }

            reports[count] = new LoadReport(answer.InFlight, answer.Latency);
            places[count++] = i;
        }

        if (count < 2) return null;
        reports = reports[..count];
        var threshold = HotColdRule.Threshold(reports, hotQuantile);
        var best = places[HotColdRule.QuickestUpTo(threshold, reports)];
        if (Volatile.Read(ref _slots[best]) is not { } chosen) return null;
        // What is sent there now it could not have told of.
        if (chosen.Use()) Remove(best, chosen);
        Forget(threshold, reports, places);
        return chosen.Endpoint;
    }

    // One answer for each call: the oldest and the worst in turn. Else only bad ones would be left, which nobody takes.
    private void Forget(int threshold, ReadOnlySpan<LoadReport> reports, ReadOnlySpan<int> places)
    {
        var isWorst = (Interlocked.Increment(ref _removals) & 1) == 0;
        var at = isWorst ? places[HotColdRule.WorstBeyond(threshold, reports)] : Oldest();
        if (Volatile.Read(ref _slots[at]) is { } answer) Remove(at, answer);
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < _slots.Length; i++)
        {
            if ((Volatile.Read(ref _slots[i])?.At ?? long.MaxValue) < (Volatile.Read(ref _slots[oldest])?.At ?? long.MaxValue)) oldest = i;
        }

        return oldest;
    }

    // Unless another one has taken its place meanwhile.
    private void Remove(int at, Answer answer) => Interlocked.CompareExchange(ref _slots[at], null, answer);

    private sealed class Answer(Endpoint endpoint, int inFlight, TimeSpan latency, long at, int uses)
    {
        private int _uses = uses;
        private int _inFlight = inFlight;

        internal Endpoint Endpoint => endpoint;

        internal int InFlight => Volatile.Read(ref _inFlight);

        internal TimeSpan Latency => latency;

        internal long At => at;

        /// <summary>A call is sent to it; answers whether it was the last that the answer is good for.</summary>
        internal bool Use()
        {
            Interlocked.Increment(ref _inFlight);
            return Interlocked.Decrement(ref _uses) <= 0;
        }
    }
}
