namespace HA.Core.Simulation.Kernel;

/// <summary>The events to come, the earliest first; of two at one instant, the one scheduled first.</summary>
/// <remarks>
/// An implicit 4-ary heap (Johnson 1975) from which cancelled events leave at once: with a timeout around every request,
/// dead entries would outnumber the living a hundredfold. What moves in the heap is a key of 16 bytes without
/// references, so that moving costs no write barrier and comparing touches no event; a waiting event holds a handle, and
/// a dense table tells in which slot the handle's key is.
/// </remarks>
internal sealed class EventHeap
{
    /// <summary>Most events that wait at once.</summary>
    internal const int Capacity = 1 << HandleBits;

    /// <summary>Bits of a sequence number, all positive.</summary>
    internal const int OrderBits = 63 - HandleBits;

    private const int HandleBits = 24;
    private const int Arity = 4;

    private Key[] _keys = new Key[256];
    private SimEvent?[] _events = new SimEvent?[256];
    // By handle: the slot of its key, or for a free handle the complement of the next free one.
    private int[] _slots = new int[256];
    private int _free = -1;
    private int _handles;

    internal int Count { get; private set; }

    internal SimEvent First => _events[_keys[0].Handle]!;

    /// <summary>Takes an event in, or moves it if it already waits here.</summary>
    internal void Set(SimEvent item, long due, long sequence)
    {
        var handle = item.Handle;
        if (handle < 0)
        {
            handle = TakeHandle();
            _events[handle] = item;
            item.Handle = handle;
            item.Due = due;
            if (Count == _keys.Length) Array.Resize(ref _keys, Count * 2);
            SiftUp(Count++, new Key(due, sequence, handle));
            return;
        }

        RequireOwn(item);
        item.Due = due;
        Settle(_slots[handle], new Key(due, sequence, handle));
    }

    /// <summary>Takes the earliest event out. There must be one.</summary>
    internal SimEvent Pop()
    {
        var first = First;
        RemoveAt(0, first);
        return first;
    }

    /// <summary>Takes an event out; false if it does not wait.</summary>
    internal bool Remove(SimEvent item)
    {
        if (item.Handle < 0) return false;
        RequireOwn(item);
        RemoveAt(_slots[item.Handle], item);
        return true;
    }

    private void RequireOwn(SimEvent item)
    {
        if (item.Handle >= _handles || !ReferenceEquals(_events[item.Handle], item))
            throw new InvalidOperationException($"{item} waits on another pump; an event belongs to one simulation.");
    }

    private int TakeHandle()
    {
        if (_free >= 0)
        {
            var handle = _free;
            _free = ~_slots[handle];
            return handle;
        }

        if (_handles == Capacity) throw new InvalidOperationException($"More than {Capacity} events wait at once.");
        if (_handles == _events.Length)
        {
            Array.Resize(ref _events, _handles * 2);
            Array.Resize(ref _slots, _handles * 2);
        }

        return _handles++;
    }

    private void RemoveAt(int slot, SimEvent item)
    {
        var handle = item.Handle;
        item.Handle = -1;
        _events[handle] = null;
        _slots[handle] = ~_free;
        _free = handle;
        var last = _keys[--Count];
        if (slot != Count) Settle(slot, last);
    }

    // The key may be out of order in either direction, never in both.
    private void Settle(int slot, Key key)
    {
        if (slot > 0 && key.IsBefore(_keys[(slot - 1) / Arity])) SiftUp(slot, key);
        else SiftDown(slot, key);
    }

    private void SiftUp(int slot, Key key)
    {
        var keys = _keys;
        while (slot > 0)
        {
            var parent = (slot - 1) / Arity;
            if (!key.IsBefore(keys[parent])) break;
            Put(keys, slot, keys[parent]);
            slot = parent;
        }

        Put(keys, slot, key);
    }

    private void SiftDown(int slot, Key key)
    {
        var keys = _keys;
        while (true)
        {
            var child = (slot * Arity) + 1;
            if (child >= Count) break;
            var end = Math.Min(child + Arity, Count);
            var least = child;
            for (var i = child + 1; i < end; i++)
            {
                if (keys[i].IsBefore(keys[least])) least = i;
            }

            if (!keys[least].IsBefore(key)) break;
            Put(keys, slot, keys[least]);
            slot = least;
        }

        Put(keys, slot, key);
    }

    private void Put(Key[] keys, int slot, Key key)
    {
        keys[slot] = key;
        _slots[key.Handle] = slot;
    }

    private readonly struct Key(long due, long sequence, int handle)
    {
        private readonly long _due = due;
        // The sequence decides; the handle below it only travels along.
        private readonly long _order = (sequence << HandleBits) | (uint)handle;

        internal int Handle => (int)_order & (Capacity - 1);

        internal bool IsBefore(Key other) => _due < other._due || (_due == other._due && _order < other._order);
    }
}
