using System.Runtime.CompilerServices;
using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Through here go the registrations and renewals of a process, so that a registry that comes back is not run over by those
/// who waited: so many at a time, in order, and a line that has stood still is let in at a pace.
/// </summary>
/// <remarks>
/// One for each registry object. Nobody waits here while the registry answers: the limit is far above what renewals need.
/// Safe for concurrent use; waiters are completed by posting.
/// </remarks>
internal sealed class WriteGate
{
    private const int LeastAtOnce = 64;

    // A line is ordinary for as long as this: many instances that register together.
    private static readonly TimeSpan Ordinary = TimeSpan.FromMilliseconds(250);

    // Timers may be so late: what they missed is made up for.
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(20);

    private static readonly ConditionalWeakTable<IServiceRegistry, WriteGate> Gates = [];

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private readonly ServiceEnvironment _environment;
    private readonly ITimer _timer;
    private int _members;
    private int _inside;
    private long _nextAt;

    internal WriteGate(ServiceEnvironment environment)
    {
        _environment = environment;
        _timer = environment.Time.CreateTimer(
            static s => ((WriteGate)s!).LetIn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal static WriteGate Of(IServiceRegistry registry, ServiceEnvironment environment) =>
        Gates.GetValue(registry, _ => new WriteGate(environment));

    /// <summary>One more, or one fewer, that writes through here.</summary>
    internal void Count(int members)
    {
        lock (_gate) _members += members;
    }

    /// <summary>Waits for a turn. Whoever got one gives it back by <see cref="Leave"/>.</summary>
    /// <param name="spread">In which time all members together may be let in after they stood still.</param>
    /// <param name="cancellationToken">Ends the wait; a turn that was given already is given.</param>
    internal Task EnterAsync(TimeSpan spread, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_line.Count == 0 && _inside < AtOnceLocked)
            {
                _inside++;
                return Task.CompletedTask;
            }

            if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
            var waiter = new Waiter(this, NowTicks(), spread);
            waiter.Place = _line.AddLast(waiter);
            waiter.Cancellation = cancellationToken.UnsafeRegister(static (s, token) => ((Waiter)s!).Cancel(token), waiter);
            LetInLocked();
            return waiter.Task;
        }
    }

    internal void Leave()
    {
        lock (_gate)
        {
            _inside--;
            LetInLocked();
        }
    }

    private int AtOnceLocked => Math.Max(LeastAtOnce, _members / 8);

    private void LetIn()
    {
        lock (_gate) LetInLocked();
    }

    private void LetInLocked()
    {
        while (_line.First is { } first && _inside < AtOnceLocked)
        {
            var now = NowTicks();
            if (now - first.Value.Since > Ordinary.Ticks)
            {
                if (now < _nextAt)
                {
                    _timer.Change(TimeSpan.FromTicks(_nextAt - now), Timeout.InfiniteTimeSpan);
                    return;
                }

                _nextAt = Math.Max(_nextAt, now - Lateness.Ticks) + (first.Value.Spread.Ticks / Math.Max(1, _members));
            }

            _line.Remove(first);
            _inside++;
            _environment.Post(static s => ((Waiter)s!).Wake(), first.Value);
        }
    }

    private long NowTicks() => _environment.Time.GetMonotonicTicks();

    private sealed class Waiter(WriteGate gate, long since, TimeSpan spread) : TaskCompletionSource
    {
        internal long Since => since;

        internal TimeSpan Spread => spread;

        internal LinkedListNode<Waiter> Place { get; set; } = null!;

        internal CancellationTokenRegistration Cancellation { get; set; }

        internal void Wake()
        {
            Cancellation.Unregister();
            TrySetResult();
        }

        internal void Cancel(CancellationToken token)
        {
            lock (gate._gate)
            {
                // Its turn is on its way: who waited gets it, and gives it back.
                if (Place.List is null) return;
                gate._line.Remove(Place);
            }

            TrySetCanceled(token);
        }
    }
}
