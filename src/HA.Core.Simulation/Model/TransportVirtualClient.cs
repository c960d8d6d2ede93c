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

    /// <summary>A call under way. An async method would do the same and allocate as much as the client itself.</summary>
    private sealed class Call
    {
        private readonly TransportVirtualClient _owner;
        private readonly Action _whenDone;
        private ConfiguredValueTaskAwaitable<CallResult<VirtualResponse>>.ConfiguredValueTaskAwaiter _awaiter;
        private long _number;
        private long _startedAt;

        internal Call(TransportVirtualClient owner)
        {
            _owner = owner;
            _whenDone = Finish;
        }

        internal void Begin(long number, bool isIdempotent, long startedAt)
        {
            _number = number;
            _startedAt = startedAt;
            var request = new VirtualRequest(number, isIdempotent);
            _awaiter = _owner._client
                .SendAsync(request, new CallSettings(isIdempotent, _owner.HashOf(number)), CancellationToken.None)
                .ConfigureAwait(false).GetAwaiter();
            if (_awaiter.IsCompleted) Finish();
            else _awaiter.UnsafeOnCompleted(_whenDone);
        }

        private void Finish()
        {
            var result = _awaiter.GetResult();
            _awaiter = default;
            var end = new CallEnd(result.IsSuccess, result.Attempts, result.IsSuccess ? null : result.Describe());
            _owner.End(_number, end, _startedAt);
            _owner._idle.Push(this);
        }
    }
}
