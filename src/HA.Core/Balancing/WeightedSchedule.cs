namespace HA.Core.Balancing;

/// <summary>A cyclic order in which each item appears as often as its weight asks and never early or late by a whole turn.</summary>
/// <remarks>
/// Turn k of an item of weight w, in a cycle of W, belongs into the slots from floor(k W / w) to ceil((k+1) W / w) - 1.
/// Taking the earliest deadline among the turns that have begun meets all these windows on one resource (Baruah, Cohen,
/// Plaxton, Varvel, "Proportionate progress", Algorithmica 1996), so after any prefix every item's count is less than one
/// away from its exact share.
/// </remarks>
internal static class WeightedSchedule
{
    /// <summary>Longest cycle; weights that need a longer one are rounded.</summary>
    internal const int MaxLength = 1 << 16;

    /// <summary>The cycle, as indexes into <paramref name="weights"/>.</summary>
    internal static int[] Create(int[] weights)
    {
        var shares = Reduce(weights);
        var cycle = shares.Sum();
        var slots = new int[cycle];
        var begun = new PriorityQueue<int, (long Deadline, int Item)>(weights.Length);
        var waiting = new PriorityQueue<int, (long Begin, int Item)>(weights.Length);
        var turns = new int[weights.Length];
        for (var item = 0; item < shares.Length; item++)
        {
            if (shares[item] > 0) waiting.Enqueue(item, (0, item));
        }

        for (var slot = 0; slot < cycle; slot++)
        {
            while (waiting.TryPeek(out var next, out var begin) && begin.Begin <= slot)
            {
                waiting.Dequeue();
                begun.Enqueue(next, (Ceiling((turns[next] + 1L) * cycle, shares[next]), next));
            }

            var item = slots[slot] = begun.Dequeue();
            turns[item]++;
            if (turns[item] < shares[item]) waiting.Enqueue(item, ((long)turns[item] * cycle / shares[item], item));
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
        if (total / divisor <= MaxLength) return Array.ConvertAll(weights, w => w / divisor);
        // Rounding keeps every item that has a weight at all.
        return Array.ConvertAll(weights, w => w == 0 ? 0 : (int)Math.Max(1, (long)w * MaxLength / total));
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    private static long Ceiling(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
