using FsCheck;
using FsCheck.Fluent;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class EventHeapTests
{
    [Fact]
    public void Heap_AnyOperations_AgreesWithSortedList() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(400),
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Event, byte Due, byte Operation)[]>(), AgreesWithModel));

    [Fact]
    public void Pop_SameInstant_KeepsOrderOfScheduling()
    {
        var heap = new EventHeap();
        var events = Enumerable.Range(0, 1000).Select(static _ => new Nothing()).ToArray();
        for (var i = 0; i < events.Length; i++) heap.Set(events[i], due: 7, sequence: i);

        Assert.All(events, e => Assert.Same(e, heap.Pop()));
    }

    [Fact]
    public void Remove_NotScheduled_ReturnsFalse() => Assert.False(new EventHeap().Remove(new Nothing()));

    [Fact]
    public void Set_ScheduledElsewhere_Throws()
    {
        var item = new Nothing();
        new EventHeap().Set(item, 1, 1);

        Assert.Throws<InvalidOperationException>(() => new EventHeap().Set(item, 1, 1));
        Assert.Throws<InvalidOperationException>(() => new EventHeap().Remove(item));
    }

    [Fact]
    public void Operations_OnceGrown_AllocateNothing()
    {
        var heap = new EventHeap();
        var events = Enumerable.Range(0, 500).Select(static _ => new Nothing()).ToArray();
        Exercise(heap, events);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Exercise(heap, events);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Exercise(EventHeap heap, Nothing[] events)
    {
        for (var i = 0; i < events.Length; i++) heap.Set(events[i], i * 7919 % 503, i);
        for (var i = 0; i < events.Length; i += 3) heap.Remove(events[i]);
        while (heap.Count > 0) heap.Pop();
    }

    private static bool AgreesWithModel((byte Event, byte Due, byte Operation)[] operations)
    {
        var heap = new EventHeap();
        var events = Enumerable.Range(0, 256).Select(static _ => new Nothing()).ToArray();
        var model = new SortedDictionary<(long Due, long Sequence), Nothing>();
        var agree = true;
        for (var i = 0; i < operations.Length && agree; i++)
        {
            var (index, due, operation) = operations[i];
            var item = events[index];
            var key = (item.Due, item.ScheduledAs);
            var expected = model.GetValueOrDefault(key) == item;
            if (operation % 4 == 0)
            {
                agree = heap.Remove(item) == (expected && model.Remove(key));
            }
            else if (operation % 4 == 1 && model.Count > 0)
            {
                var first = model.First();
                model.Remove(first.Key);
                agree = ReferenceEquals(heap.Pop(), first.Value);
            }
            else
            {
                if (expected) model.Remove(key);
                heap.Set(item, due % 16, i);
                item.ScheduledAs = i;
                model.Add((due % 16, i), item);
            }

            agree &= heap.Count == model.Count;
        }

        return agree && model.Values.All(e => ReferenceEquals(e, heap.Pop()) && !e.IsScheduled) && heap.Count == 0;
    }

    private sealed class Nothing : SimEvent
    {
        internal long ScheduledAs { get; set; }

        protected internal override void Fire() { }
    }
}
