namespace HA.Core.Balancing;

/// <summary>Where keys belong among members that are known by their index.</summary>
/// <remarks>
/// Structures, so that a picker is compiled for the table that it has. Behind a base class the compiler guesses by whichever policy a
/// process used first, and the others pay for it with half of their speed.
/// </remarks>
internal interface IHashTable
{
    /// <summary>The number of places.</summary>
    int Length { get; }

    /// <summary>The place where a key belongs.</summary>
    int PlaceOf(ulong hash);

    /// <summary>The member at a place; those at the places after it are the next choices.</summary>
    int MemberAt(int place);
}

/// <summary>Points on a ring (Karger et al., "Consistent Hashing and Random Trees", STOC 1997).</summary>
internal readonly struct HashRing : IHashTable
{
    internal const int PointsOfMeanWeight = 160;

    private const int MostPoints = 1 << 21;

    private readonly ulong[] _points;
    private readonly int[] _members;

    internal HashRing(ulong[] names, int[] weights, int pointsOfMeanWeight)
    {
        var total = Math.Max(1, weights.Sum(static w => (long)w));
        var ofAll = Math.Min(MostPoints, (long)pointsOfMeanWeight * names.Length);
        var points = new List<ulong>();
        var members = new List<int>();
        for (var member = 0; member < names.Length; member++)
        {
            var count = weights[member] == 0 ? 0 : Math.Max(1, weights[member] * ofAll / total);
            for (var i = 0; i < count; i++)
            {
                points.Add(HashKey.Of(names[member], (ulong)i + 1));
                members.Add(member);
            }
        }

        _points = [.. points];
        _members = [.. members];
        Array.Sort(_points, _members);
    }

    public int Length => _points.Length;

    public int PlaceOf(ulong hash)
    {
        var at = Array.BinarySearch(_points, hash);
        if (at < 0) at = ~at;
        return at == _points.Length ? 0 : at;
    }

    public int MemberAt(int place) => _members[place];
}

/// <summary>A table that members fill in turns, each in an order of its own (Eisenbud et al., "Maglev", NSDI 2016).</summary>
internal readonly struct MaglevTable : IHashTable
{
    // Primes: only then does every step visit every place. A hundred places for each member keep shares within a percent.
    private static readonly (int Members, int Places)[] Sizes = [(1000, 65_537), (6553, 655_373), (int.MaxValue, 5_000_011)];

    private readonly int[] _members;

    internal MaglevTable(ulong[] names, int[] weights)
        : this(names, weights, Array.Find(Sizes, s => names.Length <= s.Members).Places)
    {
    }

    internal MaglevTable(ulong[] names, int[] weights, int places)
    {
        _members = new int[places];
        Array.Fill(_members, -1);
        var next = new long[names.Length];
        var steps = new long[names.Length];
        for (var member = 0; member < names.Length; member++)
        {
            next[member] = (long)(HashKey.Of(names[member], 1) % (ulong)places);
            steps[member] = (long)((HashKey.Of(names[member], 2) % (ulong)(places - 1)) + 1);
        }

        var largest = weights.Length == 0 ? 0 : weights.Max();
        var credit = new long[names.Length];
        for (var filled = 0; filled < places && largest > 0;)
        {
            for (var member = 0; member < names.Length && filled < places; member++)
            {
                // A turn for each time that its weight has added up to the largest.
                if ((credit[member] += weights[member]) < largest) continue;
                credit[member] -= largest;
                while (_members[next[member]] >= 0) next[member] = (next[member] + steps[member]) % places;
                _members[next[member]] = member;
                filled++;
            }
        }
    }

    public int Length => _members.Length;

    public int PlaceOf(ulong hash) => (int)Math.BigMul(hash, (ulong)_members.Length, out _);

    public int MemberAt(int place) => _members[place];
}
