using System.Threading.Tasks.Sources;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>
/// One request on its way: out to an instance, waiting and served there, and back. It is its own event and its own
/// awaitable, and is used again when both sides have let go of it, so an attempt allocates nothing.
/// </summary>
/// <remarks>
/// The sides part when the client gives up: the instance works on, as servers do, and its answer finds nobody.
/// </remarks>
internal sealed class Exchange : SimEvent, IValueTaskSource<AttemptResult<VirtualResponse>>
{
    private readonly World _world;
    private ManualResetValueTaskSourceCore<AttemptResult<VirtualResponse>> _core;
    private CancellationTokenRegistration _cancellation;
    private Place _from = null!;
    private VirtualInstance? _instance;
    private Endpoint? _endpoint;
    private int _load;
    private Stage _stage;
    private AttemptStatus _status;
    private int _answer;
    private AttemptContext _attempt;
    private long _arrivedAt;
    private int _met;
    private LoadReport _report;
    private bool _clientDone;
    private bool _serverDone;

    internal Exchange(World world)
    {
        _world = world;
    }

    private enum Stage : byte
    {
        Outbound,
        Serving,
        Returning,
    }

    /// <summary>Whether this asks for health rather than for work: it needs no worker.</summary>
    internal bool IsCheck { get; private set; }

    /// <summary>Grows when the client's side ends: whoever remembers an older one has nothing to say any more.</summary>
    internal long Generation { get; private set; }

    /// <summary>What is asked.</summary>
    internal VirtualRequest Request { get; private set; }

    /// <summary>Whether its instance waits for the tier behind.</summary>
    internal bool IsCallingOn { get; set; }

    /// <summary>Where the instance that works on it keeps it.</summary>
    internal int HeldAt { get; set; }

    /// <summary>Which attempt of the call, from 0, if the seam tells.</summary>
    internal int Attempt => _attempt.Number;

    /// <summary>Sends it.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="instance">Whom; null if nobody is at that address.</param>
    /// <param name="request">What.</param>
    /// <param name="attempt">How long it may take; infinite if its sender sees to that.</param>
    /// <param name="endpoint">Who is told the load that comes with the answer; null for nobody.</param>
    internal ValueTask<AttemptResult<VirtualResponse>> SendAsync(
        Place from, VirtualInstance? instance, VirtualRequest request, in AttemptContext attempt, Endpoint? endpoint = null)
    {
        _from = from;
        _instance = instance;
        _endpoint = endpoint;
        Request = request;
        _attempt = attempt;
        IsCheck = request.Call == 0;
        IsCallingOn = false;
        _clientDone = _serverDone = false;
        var awaitable = new ValueTask<AttemptResult<VirtualResponse>>(this, _core.Version);
        if (attempt.Timeout != Timeout.InfiniteTimeSpan) _world.Deadlines.Add(this, attempt.Timeout);
        if (attempt.CancellationToken.CanBeCanceled)
        {
            _cancellation = attempt.CancellationToken.UnsafeRegister(
                static s => ((Exchange)s!).EndForClient(AttemptResult<VirtualResponse>.Failed(AttemptStatus.Cancelled)), this);
        }

        var delay = instance is null ? 0 : _world.Network.Judge(from, instance.Place);
        if (delay == VirtualNetwork.Lost) EndForServer();
        else Go(Stage.Outbound, delay);
        return awaitable;
    }

    /// <summary>The client has waited long enough.</summary>
    internal void TimeOut() => EndForClient(AttemptResult<VirtualResponse>.Failed(AttemptStatus.TimedOut));

    /// <summary>The instance begins to work on it.</summary>
    internal void Serve(long ticks) => Go(Stage.Serving, ticks);

    /// <summary>What the instance has to know of this call when it calls others to serve it.</summary>
    internal IncomingCall Incoming(TimeProvider time)
    {
        TimeSpan? left = _attempt.TellsTimeout ? _attempt.TimeLeft - new TimeSpan(_world.Pump.Clock - _arrivedAt) : null;
        return new IncomingCall(left, _attempt.StopsRetryChain, time);
    }

    /// <summary>The instance answers.</summary>
    internal void Answer(int status)
    {
        // What is answered has left the instance by now, and its client still counts it.
        _load = _instance!.Load + 1;
        if (IsCheck) _report = _instance.Report;
        else _instance.Note(_met, _world.Pump.Clock - _arrivedAt);
        Return(AttemptStatus.Answered, status);
    }

    /// <summary>The instance died over it.</summary>
    internal void Reset()
    {
        _world.Pump.Cancel(this);
        Return(AttemptStatus.Broken, 0);
    }

    protected internal override void Fire()
    {
        switch (_stage)
        {
            case Stage.Outbound:
                Arrive();
                break;
            case Stage.Serving:
                _instance!.Finish(this);
                break;
            default:
                if (_status == AttemptStatus.Answered) _endpoint?.ReportLoad(_load, _world.Pump.Clock);
                EndForClient(_status == AttemptStatus.Answered
                    ? AttemptResult<VirtualResponse>.Answered(new VirtualResponse(_answer) { Load = _report })
                    : AttemptResult<VirtualResponse>.Failed(_status));
                EndForServer();
                break;
        }
    }

    AttemptResult<VirtualResponse> IValueTaskSource<AttemptResult<VirtualResponse>>.GetResult(short token)
    {
        var result = _core.GetResult(token);
        _clientDone = true;
        RecycleIfDone();
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<AttemptResult<VirtualResponse>>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<AttemptResult<VirtualResponse>>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Go(Stage stage, long delay)
    {
        _stage = stage;
        if (delay == 0 && stage != Stage.Serving) Fire();
        else _world.Pump.Schedule(this, delay);
    }

    private void Arrive()
    {
        if (_instance is { IsListening: true } instance)
        {
            _arrivedAt = _world.Pump.Clock;
            _met = instance.Load + 1;
            if (!IsCheck) _world.Observer.Arrived(instance, Request.Call);
            instance.Accept(this);
        }
        else
        {
            Return(AttemptStatus.NotSent, 0);
        }
    }

    private void Return(AttemptStatus status, int answer)
    {
        _status = status;
        _answer = answer;
        var delay = _instance is null ? 0 : _world.Network.Judge(_instance.Place, _from);
        if (delay == VirtualNetwork.Lost) EndForServer();
        else Go(Stage.Returning, delay);
    }

    private void EndForClient(in AttemptResult<VirtualResponse> result)
    {
        if (_core.GetStatus(_core.Version) != ValueTaskSourceStatus.Pending) return;
        Generation++;
        _cancellation.Dispose();
        _cancellation = default;
        // A process that hangs keeps the exchange, and should not keep what belonged to its sender.
        if (_attempt.CancellationToken.CanBeCanceled) _attempt = _attempt with { CancellationToken = CancellationToken.None };
        if (!IsCheck && _instance is not null && IsBad(result)) _world.Observer.WentWrong(_from, _instance);
        _core.SetResult(result);
    }

    private static bool IsBad(in AttemptResult<VirtualResponse> result) => result.Status == AttemptStatus.Answered
        ? result.Response.Status != VirtualResponse.Ok
        : result.Status != AttemptStatus.Cancelled;

    private void EndForServer()
    {
        _serverDone = true;
        RecycleIfDone();
    }

    private void RecycleIfDone()
    {
        if (!_clientDone || !_serverDone) return;
        _core.Reset();
        _world.Recycle(this);
    }
}
