namespace HA.Core.Simulation.Kernel;

/// <summary>Callbacks that run at this very instant, first in, first out.</summary>
/// <remarks>A ring that only grows: once it is large enough, posting allocates nothing.</remarks>
internal sealed class ReadyQueue
{
    private Item[] _ring = new Item[64];
    private int _head;

    internal int Count { get; private set; }

    internal void Enqueue(Action<object?> callback, object? state)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_head + Count++) & (_ring.Length - 1)] = new Item(callback, state);
    }

    /// <summary>The one that stands so far behind the first changes places with it.</summary>
    internal void BringForward(int place)
    {
        ref var other = ref _ring[(_head + place) & (_ring.Length - 1)];
        (_ring[_head], other) = (other, _ring[_head]);
    }

    internal Item Dequeue()
    {
        ref var slot = ref _ring[_head];
        var item = slot;
        slot = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return item;
    }

    private void Grow()
    {
        var larger = new Item[_ring.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        _ring = larger;
        _head = 0;
    }

    internal readonly record struct Item(Action<object?> Callback, object? State);
}
