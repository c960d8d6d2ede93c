using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Client;

namespace HA.Core.Simulation.Model;

/// <summary>Calls at the transport seam: the whole engine but HTTP, at a million calls a second.</summary>
internal sealed class TransportVirtualClient : VirtualClient
{
    private readonly ServiceClient<VirtualRequest, VirtualResponse> _client;
    private readonly Stack<Call> _idle = new();

    internal TransportVirtualClient(World world, int number) : base(world, number)
    {
        var scenario = world.Scenario;
        Pool = ServicePool.Follow(Registry, scenario.Service.Name, Environment, Options);
        _client = new ServiceClient<VirtualRequest, VirtualResponse>(
            Pool, new VirtualTransport(world, this), new VirtualClassifier(), Environment, scenario.Client.Calls);
    }

    internal override ServicePool Pool { get; }

    internal override ValueTask CloseAsync() => Pool.DisposeAsync();

    protected override void Send(long call, bool isIdempotent, long startedAt) =>
        (_idle.TryPop(out var idle) ? idle : new Call(this)).Begin(call, isIdempotent, startedAt);

    /// <summary>A call under way: a face of the client, as its HTTP handler is, that waits without an object for each wait.</summary>
    private sealed class Call
    {
        private readonly TransportVirtualClient _owner;
        private readonly Action _whenAnswered;
        private readonly Action _whenDone;
        private ServiceClient<VirtualRequest, VirtualResponse>.FirstAttempt _first;
        private ConfiguredValueTaskAwaitable<AttemptResult<VirtualResponse>>.ConfiguredValueTaskAwaiter _sending;
        private ConfiguredValueTaskAwaitable<CallResult<VirtualResponse>>.ConfiguredValueTaskAwaiter _goingOn;
        private VirtualRequest _request;
        private long _startedAt;

        internal Call(TransportVirtualClient owner)
        {
            _owner = owner;
            _whenAnswered = Conclude;
            _whenDone = () => Finish(_goingOn.GetResult());
        }

        internal void Begin(long number, bool isIdempotent, long startedAt)
        {
            _startedAt = startedAt;
            _request = new VirtualRequest(number, isIdempotent);
            var settings = new CallSettings(isIdempotent, _owner.HashOf(number));
            if (_owner._client.TryFinish(_request, settings, CancellationToken.None, out _first, out var end))
            {
                Finish(end);
                return;
            }

            if (!_first.IsUnderWay)
            {
                GoOn();
                return;
            }

            _sending = _first.Sending.ConfigureAwait(false).GetAwaiter();
            if (_sending.IsCompleted) Conclude();
            else _sending.UnsafeOnCompleted(_whenAnswered);
        }

        private void Conclude()
        {
            if (_owner._client.TryConclude(ref _first, _sending.GetResult(), out var end)) Finish(end);
            else GoOn();
        }

        private void GoOn()
        {
            _goingOn = _owner._client.GoOnAsync(_request, _first, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
            if (_goingOn.IsCompleted) _whenDone();
            else _goingOn.UnsafeOnCompleted(_whenDone);
        }

        private void Finish(in CallResult<VirtualResponse> result)
        {
            (_first, _sending, _goingOn) = (default, default, default);
            var end = new CallEnd(result.IsSuccess, result.Attempts, result.IsSuccess ? null : result.Describe());
            _owner.End(_request.Call, end, _startedAt);
            _owner._idle.Push(this);
        }
    }
}
