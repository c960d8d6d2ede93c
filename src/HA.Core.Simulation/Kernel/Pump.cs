using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace HA.Core.Simulation.Kernel;

/// <summary>
/// The heart of a simulation: one thread that runs one event after the other and moves virtual time between them.
/// </summary>
/// <remarks>
/// <para>
/// Time counts ticks of 100 ns from zero. What is posted runs first, in order; then time moves to the earliest
/// scheduled event. Events of one instant run in the order in which they were scheduled, or in one drawn from the seed if
/// that is asked for. Nothing else decides the order, so a run is a function of its seed.
/// </para>
/// <para>
/// It belongs to the thread that created it. Any entry from another thread throws <see cref="ThreadHopException"/>
/// there and poisons the pump, which then ends the run with the same complaint, even if the first one was swallowed.
/// </para>
/// </remarks>
public sealed class Pump
{
    // How many posts one may overtake when ties are shuffled: on a thread pool it is a few, not all.
    private const int MostOvertakes = 4;

    // What an event's key has room for.
    private const int TieShift = 64 - EventHeap.OrderBits;

    private readonly EventHeap _heap = new();
    private readonly ReadyQueue _ready = new();
    private readonly ThreadGuard _guard;
    private readonly int _instantLimit;
    private readonly SeededRandom? _ties;
    private long _now;
    private long _sequence;
    private int _atThisInstant;

    internal Pump(ulong seed, int instantLimit, bool shufflesTies = false)
    {
        if (shufflesTies) _ties = new SeededRandom(seed, "ties", "pump");
        Seed = seed;
        _instantLimit = instantLimit;
        _guard = new ThreadGuard(seed);
        Context = CaptureContext();
    }

    /// <summary>The seed of the simulation. Read-only and safe from any thread.</summary>
    public ulong Seed { get; }

    /// <summary>Ticks of 100 ns since the simulation began.</summary>
    /// <exception cref="ThreadHopException">Called from another thread.</exception>
    public long Now
    {
        get
        {
            _guard.Require();
            return _now;
        }
    }

    /// <summary>How many events and posts have run. For measuring and diagnosis.</summary>
    public long Steps { get; private set; }

    /// <summary>How many events wait for their time. For tests that look for timers left behind.</summary>
    public int Pending => _heap.Count;

    internal ExecutionContext Context { get; }

    internal ThreadGuard Owner => _guard;

    /// <summary>
    /// As <see cref="Now"/>, for the simulation's own parts: whatever strays to another thread is caught where it reads production's
    /// clock, schedules or posts.
    /// </summary>
    internal long Clock => _now;

    /// <summary>Schedules an event, or moves it if it already waits.</summary>
    /// <param name="item">What will happen.</param>
    /// <param name="delayTicks">
    /// Ticks of 100 ns from now; zero runs it at this instant, after everything posted.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative: the past cannot be changed.</exception>
    /// <exception cref="ThreadHopException">Called from another thread.</exception>
    public void Schedule(SimEvent item, long delayTicks)
    {
        _guard.Require();
        ArgumentNullException.ThrowIfNull(item);
        ArgumentOutOfRangeException.ThrowIfNegative(delayTicks);
        var due = delayTicks > long.MaxValue - _now ? long.MaxValue : _now + delayTicks;
        _heap.Set(item, due, _ties is null ? ++_sequence : (long)(_ties.NextUInt64() >> TieShift));
    }

    /// <inheritdoc cref="Schedule(SimEvent, long)"/>
    /// <param name="item">What will happen.</param>
    /// <param name="delay">Time from now.</param>
    public void Schedule(SimEvent item, TimeSpan delay) => Schedule(item, delay.Ticks);

    /// <summary>Takes an event back; false if it does not wait.</summary>
    /// <exception cref="ThreadHopException">Called from another thread.</exception>
    public bool Cancel(SimEvent item)
    {
        _guard.Require();
        ArgumentNullException.ThrowIfNull(item);
        return _heap.Remove(item);
    }

    /// <summary>Runs <paramref name="callback"/> at this instant, after everything posted before.</summary>
    /// <remarks>As on the thread pool's unsafe queue, the execution context does not flow.</remarks>
    /// <exception cref="ThreadHopException">Called from another thread.</exception>
    public void Post(Action<object?> callback, object? state)
    {
        _guard.Require();
        ArgumentNullException.ThrowIfNull(callback);
        _ready.Enqueue(callback, state);
    }

    /// <summary>Does nothing on the pump's own thread. For models that guard state of their own.</summary>
    /// <exception cref="ThreadHopException">Called from another thread.</exception>
    public void Guard() => _guard.Require();

    /// <summary>Runs the next post or event; false if there is none up to <paramref name="lastTick"/>.</summary>
    /// <remarks>
    /// Not put in line: its caller is a loop that is entered once, and what is compiled while it runs finds a thread's own fields
    /// the slow way.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Step(long lastTick = long.MaxValue)
    {
        _guard.ThrowIfPoisoned();
        if (_ready.Count > 0)
        {
            if (_ties is not null) _ready.BringForward(_ties.Next(Math.Min(_ready.Count, MostOvertakes)));
            var item = _ready.Dequeue();
            CountStep(item.Callback);
            item.Callback(item.State);
        }
        else
        {
            if (_heap.Count == 0 || _heap.First.Due > lastTick) return false;
            var item = _heap.Pop();
            if (item.Due > _now) (_now, _atThisInstant) = (item.Due, 0);
            CountStep(item);
            item.Fire();
        }

        // A plain callback that sets an AsyncLocal would otherwise hand it to the next event, whoever that is.
        ExecutionContext.Restore(Context);
        if (SynchronizationContext.Current is not null) throw ForeignContextException.ForSynchronization(Seed, _now);
        return true;
    }

    private void CountStep(object what)
    {
        Steps++;
        if (++_atThisInstant > _instantLimit) throw new LivelockException(Seed, _now, _instantLimit, NameOf(what));
    }

    private static string NameOf(object what)
    {
        if (what is not Delegate callback) return what.ToString() ?? what.GetType().Name;
        var method = DiagnosticMethodInfo.Create(callback);
        return method is null ? callback.ToString()! : $"{method.DeclaringTypeName}.{method.Name}";
    }

    private ExecutionContext CaptureContext()
    {
        if (SynchronizationContext.Current is not null) throw ForeignContextException.ForSynchronization(Seed, 0);
        if (TaskScheduler.Current != TaskScheduler.Default) throw ForeignContextException.ForScheduler(Seed);
        return ExecutionContext.Capture()
            ?? throw new InvalidOperationException("A pump needs an execution context that flows.");
    }
}
