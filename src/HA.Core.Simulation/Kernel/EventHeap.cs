namespace HA.Core.Simulation.Kernel;

/// <summary>The events to come, the earliest first; of two at one instant, the one scheduled first.</summary>
/// <remarks>
/// An implicit 4-ary heap (Johnson 1975) in which each event knows its slot. Cancelled events leave at once: with a
/// timeout around every request, dead entries would outnumber the living a hundredfold. Keys are copied beside the
/// reference, so that comparing touches no event.
/// </remarks>
internal sealed class EventHeap
{
    private const int Arity = 4;

    private Entry[] _entries = new Entry[256];

    internal int Count { get; private set; }

    internal SimEvent First => _entries[0].Event;

    /// <summary>Takes an event in, or moves it if it already waits here.</summary>
    internal void Set(SimEvent item, long due, long sequence)
    {
        item.Due = due;
        item.Sequence = sequence;
        var entry = new Entry(due, sequence, item);
        var slot = item.Slot;
        if (slot < 0)
        {
            if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
            SiftUp(Count++, entry);
            return;
        }

        RequireOwn(item);
        Settle(slot, entry);
    }

    internal SimEvent Pop()
    {
        var first = _entries[0].Event;
        RemoveAt(0);
        return first;
    }

    /// <summary>Takes an event out; false if it does not wait.</summary>
    internal bool Remove(SimEvent item)
    {
        if (item.Slot < 0) return false;
        RequireOwn(item);
        RemoveAt(item.Slot);
        return true;
    }

    private void RequireOwn(SimEvent item)
    {
        if (item.Slot >= Count || !ReferenceEquals(_entries[item.Slot].Event, item))
            throw new InvalidOperationException($"{item} waits on another pump; an event belongs to one simulation.");
    }

    private void RemoveAt(int slot)
    {
        _entries[slot].Event.Slot = -1;
        var last = _entries[--Count];
        _entries[Count] = default;
        if (slot != Count) Settle(slot, last);
    }

    // The entry may be out of order in either direction, never in both.
    private void Settle(int slot, Entry entry)
    {
        if (slot > 0 && entry.IsBefore(_entries[(slot - 1) / Arity])) SiftUp(slot, entry);
        else SiftDown(slot, entry);
    }

    private void SiftUp(int slot, Entry entry)
    {
        var entries = _entries;
        while (slot > 0)
        {
            var parent = (slot - 1) / Arity;
            if (!entry.IsBefore(entries[parent])) break;
            Put(entries, slot, entries[parent]);
            slot = parent;
        }

        Put(entries, slot, entry);
    }

    private void SiftDown(int slot, Entry entry)
    {
        var entries = _entries;
        while (true)
        {
            var child = (slot * Arity) + 1;
            if (child >= Count) break;
            var end = Math.Min(child + Arity, Count);
            var least = child;
            for (var i = child + 1; i < end; i++)
            {
                if (entries[i].IsBefore(entries[least])) least = i;
            }

            if (!entries[least].IsBefore(entry)) break;
            Put(entries, slot, entries[least]);
            slot = least;
        }

        Put(entries, slot, entry);
    }

    private static void Put(Entry[] entries, int slot, in Entry entry)
    {
        entries[slot] = entry;
        entry.Event.Slot = slot;
    }

    private readonly struct Entry(long due, long sequence, SimEvent item)
    {
        private readonly long _due = due;
        private readonly long _sequence = sequence;
        internal readonly SimEvent Event = item;

        internal bool IsBefore(in Entry other) =>
            _due < other._due || (_due == other._due && _sequence < other._sequence);
    }
}
