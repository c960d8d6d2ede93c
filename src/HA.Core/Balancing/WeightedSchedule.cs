using System.Numerics;

namespace HA.Core.Balancing;

/// <summary>A cyclic order in which each item appears as often as its weight asks and never early or late by a whole turn.</summary>
/// <remarks>
/// Turn k of an item of weight w, in a cycle of W, belongs into the slots from floor(k W / w) to ceil((k+1) W / w) - 1.
/// Taking the earliest deadline among the turns that have begun meets all these windows on one resource (Baruah, Cohen,
/// Plaxton, Varvel, "Proportionate progress", Algorithmica 1996), so after any prefix every item's count is less than one
/// away from its exact share. Begins and deadlines are slots, so both are kept in buckets and a slot costs the same for
/// any number of items.
/// </remarks>
internal static class WeightedSchedule
{
    /// <summary>Longest cycle, unless there are more items; weights that need a longer one are rounded.</summary>
    internal const int MaxLength = 1 << 16;

    /// <summary>The cycle, as indexes into <paramref name="weights"/>.</summary>
    internal static int[] Create(int[] weights)
    {
        var shares = Reduce(weights);
        var cycle = shares.Sum();
        var slots = new int[cycle];
        var turns = new int[weights.Length];
        var waiting = new Buckets(cycle, weights.Length);
        var begun = new Buckets(cycle, weights.Length);
        var deadlines = new SlotSet(cycle);
        for (var item = 0; item < shares.Length; item++)
        {
            if (shares[item] > 0) waiting.Push(0, item);
        }

        for (var slot = 0; slot < cycle; slot++)
        {
            while (waiting.Pop(slot) is >= 0 and var item)
            {
                var last = (int)Ceiling((turns[item] + 1L) * cycle, shares[item]) - 1;
                begun.Push(last, item);
                deadlines.Add(last);
            }

            var due = deadlines.Least();
            var next = slots[slot] = begun.Pop(due);
            if (begun.IsEmpty(due)) deadlines.Remove(due);
            if (++turns[next] < shares[next]) waiting.Push((int)((long)turns[next] * cycle / shares[next]), next);
        }

        return slots;
    }

    private static int[] Reduce(int[] weights)
    {
        long total = 0;
        var divisor = 0;
        foreach (var weight in weights)
        {
            total += weight;
            divisor = Gcd(divisor, weight);
        }

        if (divisor == 0) return weights;
        var longest = Math.Max(MaxLength, weights.Length);
        if (total / divisor <= longest) return Array.ConvertAll(weights, w => w / divisor);
        // Rounding keeps every item that has a weight at all.
        return Array.ConvertAll(weights, w => w == 0 ? 0 : (int)Math.Max(1, (long)w * longest / total));
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    private static long Ceiling(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    /// <summary>For each slot a pile of items; an item is on one pile at most.</summary>
    private readonly struct Buckets
    {
        private readonly int[] _top;
        private readonly int[] _below;

        internal Buckets(int slots, int items)
        {
            _top = new int[slots];
            _below = new int[items];
            Array.Fill(_top, -1);
        }

        internal bool IsEmpty(int slot) => _top[slot] < 0;

        internal void Push(int slot, int item)
        {
            _below[item] = _top[slot];
            _top[slot] = item;
        }

        internal int Pop(int slot)
        {
            var item = _top[slot];
            if (item >= 0) _top[slot] = _below[item];
            return item;
        }
    }

    /// <summary>A set of slots that knows its least: a bit for each slot, and a bit for each word that has any.</summary>
    private readonly struct SlotSet
    {
        private readonly ulong[] _words;
        private readonly ulong[] _summary;

        internal SlotSet(int slots)
        {
            _words = new ulong[(slots / 64) + 1];
            _summary = new ulong[(_words.Length / 64) + 1];
        }

        internal void Add(int slot)
        {
            _words[slot / 64] |= 1ul << slot;
            _summary[slot / 4096] |= 1ul << (slot / 64);
        }

        internal void Remove(int slot)
        {
            if ((_words[slot / 64] &= ~(1ul << slot)) == 0) _summary[slot / 4096] &= ~(1ul << (slot / 64));
        }

        internal int Least()
        {
            var at = 0;
            while (_summary[at] == 0) at++;
            var word = (at * 64) + BitOperations.TrailingZeroCount(_summary[at]);
            return (word * 64) + BitOperations.TrailingZeroCount(_words[word]);
        }
    }
}
