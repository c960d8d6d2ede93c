namespace HA.Core.Balancing;

/// <summary>The score of an endpoint for a key: it is the highest with a chance in proportion to the weight.</summary>
/// <remarks>
/// -weight / log2(u), as in weighted rendezvous hashing (Schindelhauer, Schomaker, SPAA 2005). The logarithm is made of
/// sums and products alone, so that all processors agree on every bit, and processes on every key.
/// </remarks>
internal static class HashScore
{
    internal static double Of(ulong hash, int weight)
    {
        // Below everybody who has a weight, and still in an order of its own.
        if (weight == 0) return -1 - ((hash >> 11) * (1.0 / (1ul << 53)));
        var u = ((hash >> 11) + 0.5) * (1.0 / (1ul << 53));
        return weight / -Log2(u);
    }

    // 2 / ln 2 times the series of atanh((m - 1) / (m + 1)) for a mantissa m between sqrt(1/2) and sqrt(2); good to 1e-9.
    private static double Log2(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        var z = (mantissa - 1) / (mantissa + 1);
        var square = z * z;
        var series = z * (1 + (square * ((1.0 / 3) + (square * ((1.0 / 5) + (square * ((1.0 / 7) + (square / 9))))))));
        return exponent + (series * 2.8853900817779268);
    }
}
