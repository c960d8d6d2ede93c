using HA.Core.Balancing;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>How a virtual instance's process is.</summary>
internal enum ProcessState : short
{
    /// <summary>No process: connections are refused.</summary>
    Stopped = 0,

    /// <summary>It serves.</summary>
    Running = 1,

    /// <summary>It accepts and never answers.</summary>
    Hung = 2,
}

/// <summary>One instance as a queue: so many workers, so many places to wait, and a time that each call takes.</summary>
internal sealed class VirtualInstance
{
    private readonly World _world;
    private readonly Distribution _serviceTime;
    private readonly RandomStream _serviceStream;
    private readonly ulong? _workSeed;
    private readonly RandomStream _errorStream;
    private readonly int _workers;
    private readonly int _places;
    private readonly SharedWorkers? _sharing;
    private readonly bool _isClocked;
    private readonly long _crowdingTicks;
    private readonly double _timeFactor;
    private readonly Queue<Exchange> _waiting = new();
    // What is being served, or hangs; each knows its place here.
    private readonly List<Exchange> _held = [];
    // What the tier behind answered while this process stood still.
    private readonly Queue<(Exchange Exchange, bool IsSuccess)> _unread = new();
    private readonly long _warmUpTicks;
    private readonly double _coldFactor;
    private long _startedAt;
    private long _finishedAt = -1;
    private long _busyTicks;
    private long _lastChange;
    private int _busy;
    private int _mostServed;
    private int _takenWorkers;
    // With workers that are shared, those that are there; else all, because a call keeps the one that it has.
    private int _mostBusy;
    private readonly LatencyByLoad? _latencies;

    internal VirtualInstance(World world, Tier tier, ServiceInstance description, double speed)
    {
        _world = world;
        var service = tier.Service;
        Tier = tier;
        Description = description;
        Place = new Place(PlaceKind.Instance, description.Id);
        Number = world.Simulation.Trace.Name(description.Id);
        _serviceTime = service.ServiceTime;
        _workers = _mostBusy = service.Workers;
        _mostServed = service.Discipline switch
        {
            Discipline.ProcessorSharing => service.Workers + service.Queue,
            Discipline.Delay => int.MaxValue,
            _ => service.Workers,
        };
        _places = service.Queue;
        if (service.Discipline == Discipline.ProcessorSharing) _sharing = new SharedWorkers(world.Pump, service.Workers, Finish);
        _isClocked = service.Discipline == Discipline.Clocked;
        _crowdingTicks = service.Crowding.Ticks;
        _timeFactor = 1 / speed;
        _warmUpTicks = service.WarmUp.Ticks;
        _coldFactor = service.ColdFactor;
        if (world.Scenario.Client.Probing is not null) _latencies = new LatencyByLoad();
        _serviceStream = world.Simulation.Random("service", description.Id);
        if (service.Work == WorkOf.Calls) _workSeed = world.Simulation.Random("work", service.Name).NextUInt64();
        _errorStream = world.Simulation.Random("error", description.Id);
    }

    internal ServiceInstance Description { get; set; }

    internal Tier Tier { get; }

    /// <summary>How it calls the tier behind it; null if there is none.</summary>
    internal OnwardCalls? Onward { get; set; }

    internal Place Place { get; }

    /// <summary>Its number in the trace.</summary>
    internal int Number { get; }

    internal ProcessState State { get; private set; }

    internal bool IsListening => State != ProcessState.Stopped;

    /// <summary>It left on purpose and does not come back.</summary>
    internal bool HasLeft { get; set; }

    /// <summary>Factor on the time that each call takes.</summary>
    internal double Slowness { get; set; } = 1;

    /// <summary>Share of the calls that are answered with an error.</summary>
    internal double ErrorShare { get; set; }

    /// <summary>Whether those are answered at once.</summary>
    internal bool FailsAtOnce { get; set; }

    /// <summary>Whether health checks are answered with an error.</summary>
    internal bool ChecksLie { get; set; }

    /// <summary>Attempts that were sent here.</summary>
    internal long Attempts { get; set; }

    /// <summary>Attempts that had to wait for a worker.</summary>
    internal long Waited { get; private set; }

    /// <summary>Attempts that found no room to wait.</summary>
    internal long Rejected { get; private set; }
    /// <summary>When it said goodbye; null while it is there, or if it never did.</summary>
    internal long? LeftAt { get; set; }

    /// <summary>Calls answered well.</summary>
    internal long Served { get; private set; }

    /// <summary>Calls being served or waiting.</summary>
    internal int Load => _held.Count + _waiting.Count;

    /// <summary>How busy it says it is, if clients of the scenario ask.</summary>
    internal LoadReport Report => new(Load, _latencies?.Estimate(Load) ?? TimeSpan.Zero);

    /// <summary>Mean share of the workers that were busy until <see cref="CloseAccount"/>.</summary>
    internal double Utilisation { get; private set; }

    /// <summary>A call that met so many, itself included, was answered after so many ticks.</summary>
    internal void Note(int met, long ticks) => _latencies?.Record(met, new TimeSpan(ticks));

    /// <summary>Arrivals are over: what follows does not count.</summary>
    internal void CloseAccount()
    {
        var now = _world.Pump.Clock;
        Account(now);
        Utilisation = now == 0 ? 0 : (double)_busyTicks / now / _workers;
    }

    internal void Move(ProcessState state)
    {
        if (State == state) return;
        if (State == ProcessState.Stopped) _startedAt = _world.Pump.Clock;
        State = state;
        _world.Observer.InstanceMoved(this);
        if (state == ProcessState.Stopped) DropEverything();
        if (state == ProcessState.Running) ResumeHeld();
    }

    /// <summary>Others take so many workers more, or give so many back; one stays. For all disciplines that have workers.</summary>
    internal void TakeWorkers(int count)
    {
        Account(_world.Pump.Clock);
        _takenWorkers += count;
        var left = Math.Max(1, _workers - _takenWorkers);
        if (_sharing is null)
        {
            _mostServed = left;
            if (State == ProcessState.Running) BeginWaiting();
            return;
        }

        _mostBusy = left;
        _sharing.Resize(left);
    }

    internal void Accept(Exchange exchange)
    {
        if (State == ProcessState.Hung)
        {
            Hold(exchange);
            return;
        }

        if (exchange.IsCheck) exchange.Answer(ChecksLie ? VirtualResponse.Error : VirtualResponse.Ok);
        else if (FailsAtOnce && Fails()) exchange.Answer(VirtualResponse.Error);
        else if (_busy < _mostServed) Begin(exchange);
        else if (_waiting.Count < _places && _sharing is null) Wait(exchange);
        else Reject(exchange);
    }

    /// <summary>The time for this call is over.</summary>
    internal void Finish(Exchange exchange)
    {
        // A process that hangs holds what it was about to answer.
        if (State == ProcessState.Hung) return;
        Release(exchange);
        Account(_world.Pump.Clock);
        _finishedAt = _world.Pump.Clock;
        _busy--;
        var failed = !FailsAtOnce && Fails();
        var callsOn = !failed && Onward is not null;
        if (callsOn)
        {
            exchange.IsCallingOn = true;
            Hold(exchange);
        }

        // The next one first: what the answer sets off must not overtake those who wait.
        BeginWaiting();
        if (callsOn) Onward!.Begin(exchange);
        else Reply(exchange, !failed);
    }

    /// <summary>The tier behind has answered, or failed.</summary>
    internal void FinishOnward(Exchange exchange, bool isSuccess)
    {
        if (State == ProcessState.Hung)
        {
            _unread.Enqueue((exchange, isSuccess));
            return;
        }

        exchange.IsCallingOn = false;
        Release(exchange);
        Reply(exchange, isSuccess);
    }

    private void Reply(Exchange exchange, bool isSuccess)
    {
        if (isSuccess) Served++;
        exchange.Answer(isSuccess ? VirtualResponse.Ok : VirtualResponse.Error);
    }

    private void Begin(Exchange exchange)
    {
        Account(_world.Pump.Clock);
        _busy++;
        Hold(exchange);
        var ticks = _serviceTime.SampleTicks(StreamFor(exchange)) + (_crowdingTicks * Load);
        var slowness = Slowness * Coldness() * _timeFactor;
        if (slowness != 1) ticks = (long)(ticks * slowness);
        if (_isClocked) ticks = UntilClockStrikes(ticks);
        if (_sharing is null) exchange.Serve(ticks);
        else _sharing.Add(exchange, ticks);
    }

    // The same for a call wherever it goes, and another one when it is tried again: that may meet another path.
    private RandomStream StreamFor(Exchange exchange) => _workSeed is { } seed
        ? new SeededRandom(StableHash.Mix(seed ^ (ulong)exchange.Request.Call) + (ulong)exchange.Attempt)
        : _serviceStream;

    // Who comes at the very moment is still answered, unless somebody else was.
    private long UntilClockStrikes(long period)
    {
        var since = (_world.Pump.Clock - _world.Observer.BeganAt) % Math.Max(1, period);
        return since == 0 && _finishedAt < _world.Pump.Clock ? 0 : period - since;
    }

    private void BeginWaiting()
    {
        while (_busy < _mostServed && _waiting.TryDequeue(out var next)) Begin(next);
    }

    private void Wait(Exchange exchange)
    {
        if (_world.Observer.IsMeasuring) Waited++;
        _waiting.Enqueue(exchange);
    }

    private void Reject(Exchange exchange)
    {
        if (_world.Observer.IsMeasuring) Rejected++;
        exchange.Answer(VirtualResponse.Overloaded);
    }

    private bool Fails() => ErrorShare > 0 && _errorStream.NextDouble() < ErrorShare;

    // From the cold factor down to one, in a straight line.
    private double Coldness()
    {
        var left = _warmUpTicks - (_world.Pump.Clock - _startedAt);
        return left <= 0 ? 1 : 1 + ((_coldFactor - 1) * left / _warmUpTicks);
    }

    private void Hold(Exchange exchange)
    {
        exchange.HeldAt = _held.Count;
        _held.Add(exchange);
    }

    // The last one takes its place, so that letting go costs the same however many are held.
    private void Release(Exchange exchange)
    {
        var last = _held[^1];
        _held[exchange.HeldAt] = last;
        last.HeldAt = exchange.HeldAt;
        _held.RemoveAt(_held.Count - 1);
    }

    private void DropEverything()
    {
        Account(_world.Pump.Clock);
        _busy = 0;
        var dropped = _held.Concat(_waiting).ToArray();
        _held.Clear();
        _waiting.Clear();
        _unread.Clear();
        _sharing?.Clear();
        foreach (var exchange in dropped) exchange.Reset();
    }

    // What hung begins anew; what was being served when the process froze is served again from its start.
    private void ResumeHeld()
    {
        if (_held.Count == 0) return;
        var held = _held.ToArray();
        Account(_world.Pump.Clock);
        _held.Clear();
        _sharing?.Clear();
        _busy = 0;
        foreach (var exchange in held)
        {
            if (exchange.IsCallingOn)
            {
                Hold(exchange);
                continue;
            }

            _world.Pump.Cancel(exchange);
            Accept(exchange);
        }

        // Those that were answered at once, with an error, leave workers idle that nobody's end would give to who waits.
        BeginWaiting();
        while (_unread.TryDequeue(out var answer)) FinishOnward(answer.Exchange, answer.IsSuccess);
    }

    private void Account(long now)
    {
        _busyTicks += (now - _lastChange) * Math.Min(_busy, _mostBusy);
        _lastChange = now;
    }
}
