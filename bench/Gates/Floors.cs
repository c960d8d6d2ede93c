using System.Runtime.CompilerServices;
using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>An atomic turn over an array: round robin, and weighted round robin if the array is a schedule. This is C1.</summary>
internal readonly struct AtomicTurnFloor(Endpoint[] endpoints) : IFloor
{
    private readonly TurnOfAll _turn = new();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick() => endpoints.Length == 0
        ? null
        : endpoints[(uint)Interlocked.Increment(ref _turn.Counter.Value) % (uint)endpoints.Length];

    private sealed class TurnOfAll
    {
        internal PaddedCounter Counter;
    }
}

/// <summary>Turns in blocks of 64 for each thread: relaxed round robin.</summary>
internal readonly struct BlockTurnFloor(Endpoint[] endpoints) : IFloor
{
    private static PaddedCounter _blocks;

    [ThreadStatic]
    private static uint _turn;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick()
    {
        if (endpoints.Length == 0) return null;
        var turn = _turn;
        if ((turn & 63) == 0) turn = (uint)Interlocked.Increment(ref _blocks.Value) * 64;
        _turn = turn + 1;
        return endpoints[turn % (uint)endpoints.Length];
    }
}

/// <summary>Two different places, the less loaded one of them, counts side by side: power of two choices among many.</summary>
internal readonly struct TwoCountsFloor(Endpoint[] endpoints, int[] loads) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick()
    {
        if (loads.Length < 2) return null;
        TwoPlaces.Draw(loads.Length, out var first, out var second);
        return endpoints[TwoPlaces.Less(loads[first], loads[second], first, second)];
    }
}

/// <summary>The same with each count where its endpoint is, a cache line for each: power of two choices.</summary>
internal readonly struct TwoCellsFloor(LoadCell[] cells) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick()
    {
        if (cells.Length < 2) return null;
        TwoPlaces.Draw(cells.Length, out var first, out var second);
        return cells[TwoPlaces.Less(cells[first].Load.Value, cells[second].Load.Value, first, second)].Endpoint;
    }
}

/// <summary>The same, counted as busy and released.</summary>
internal readonly struct LeaseFloor(LoadCell[] cells) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick()
    {
        if (cells.Length < 2) return null;
        TwoPlaces.Draw(cells.Length, out var first, out var second);
        var cell = cells[TwoPlaces.Less(cells[first].Load.Value, cells[second].Load.Value, first, second)];
        Interlocked.Increment(ref cell.Load.Value);
        Interlocked.Decrement(ref cell.Load.Value);
        return cell.Endpoint;
    }
}

/// <summary>An endpoint as small as can be.</summary>
internal sealed class LoadCell(Endpoint endpoint)
{
    internal PaddedCounter Load = new() { Value = endpoint.InFlight };
    internal readonly Endpoint Endpoint = endpoint;
}

/// <summary>Two different places of one draw, and the better of them, without a branch.</summary>
internal static class TwoPlaces
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Draw(int count, out uint first, out uint second)
    {
        var bits = FloorRandom.Next();
        first = (uint)(((bits >> 32) * (uint)count) >> 32);
        second = (uint)(((bits & uint.MaxValue) * (uint)(count - 1)) >> 32);
        second += (uint)~((int)(second - first) >> 31) & 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Less(int ofFirst, int ofSecond, uint first, uint second) =>
        first ^ ((first ^ second) & (uint)((ofSecond - ofFirst) >> 31));
}

/// <summary>A column of a table, and one of the two that share it: weighted random.</summary>
internal readonly struct AliasFloor(Endpoint[] endpoints, (uint Limit, uint Other)[] columns) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick()
    {
        if (endpoints.Length == 0) return null;
        var bits = FloorRandom.Next();
        var at = (uint)(((bits >> 32) * (uint)columns.Length) >> 32);
        var (limit, other) = columns[at];
        var own = (uint)((long)((bits & uint.MaxValue) - limit) >> 63);
        return endpoints[other ^ ((at ^ other) & own)];
    }

    /// <summary>Columns for weights 1 + i % 10, made the slow and obvious way.</summary>
    internal static (uint Limit, uint Other)[] Columns(int[] weights)
    {
        var mean = weights.Sum() / (double)weights.Length;
        var left = Array.ConvertAll(weights, w => w / mean);
        var columns = new (uint, uint)[weights.Length];
        var poor = new Queue<int>(Enumerable.Range(0, weights.Length).Where(i => left[i] < 1));
        var rich = new Queue<int>(Enumerable.Range(0, weights.Length).Where(i => left[i] >= 1));
        for (var i = 0; i < columns.Length; i++) columns[i] = (uint.MaxValue, (uint)i);
        while (rich.TryPeek(out var giver) && poor.TryDequeue(out var taker))
        {
            columns[taker] = ((uint)(left[taker] * uint.MaxValue), (uint)giver);
            left[giver] -= 1 - left[taker];
            if (left[giver] < 1) poor.Enqueue(rich.Dequeue());
        }

        return columns;
    }
}

/// <summary>A number mixed, and a place of a table: Maglev.</summary>
internal readonly struct TableFloor(Endpoint[] endpoints, ushort[] table, ulong key) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick() => At(HashKey.Of(Volatile.Read(in key), 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Endpoint? At(ulong hash) => endpoints.Length == 0 ? null : endpoints[table[(int)Math.BigMul(hash, (ulong)table.Length, out _)]];
}

/// <summary>The same by a text, hashed as the platform does it.</summary>
internal readonly struct TextTableFloor(TableFloor table, string key) : IFloor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Endpoint? Pick() => table.At(HashKey.Of((ulong)key.GetHashCode(StringComparison.Ordinal), 0));
}
