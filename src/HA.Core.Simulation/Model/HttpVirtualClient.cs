using System.Runtime.CompilerServices;
using HA.Core.Client;
using HA.Core.Http;

namespace HA.Core.Simulation.Model;

/// <summary>Calls at the HTTP seam: HttpClient, failover handler and all.</summary>
internal sealed class HttpVirtualClient : VirtualClient
{
    private readonly HaServiceClient _client;
    private readonly Uri _address;
    private readonly Stack<Call> _idle = new();

    internal HttpVirtualClient(World world, int number) : base(world, number)
    {
        var service = world.Scenario.Service.Name;
        _address = new Uri($"http://{service}/");
        _client = new HaServiceClient(
            Registry, Options, world.Scenario.Client.Calls, Environment, new VirtualHttpHandler(world, this));
        Pool = _client.PoolOf(service);
    }

    internal override ServicePool Pool { get; }

    internal override ValueTask CloseAsync() => _client.DisposeAsync();

    protected override void Send(long call, bool isIdempotent, long startedAt) =>
        (_idle.TryPop(out var idle) ? idle : new Call(this)).Begin(call, isIdempotent, startedAt);

    /// <summary>A call under way. An async method would do the same, with an object for each wait.</summary>
    private sealed class Call
    {
        private readonly HttpVirtualClient _owner;
        private readonly CallMethod _get = new(HttpMethod.Get);
        private readonly CallMethod _post = new(HttpMethod.Post);
        private readonly Action _whenAnswered;
        private HttpRequestMessage _request = null!;
        private Task<HttpResponseMessage> _sending = null!;
        private ConfiguredTaskAwaitable<HttpResponseMessage>.ConfiguredTaskAwaiter _answer;
        private long _startedAt;

        internal Call(HttpVirtualClient owner)
        {
            _owner = owner;
            _whenAnswered = Finish;
        }

        internal void Begin(long number, bool isIdempotent, long startedAt)
        {
            _startedAt = startedAt;
            _get.Call = _post.Call = number;
            _request = new HttpRequestMessage(isIdempotent ? _get : _post, _owner._address);
            if (_owner.HashOf(number) is > 0 and var key) _request.Options.Set(FailoverRequestOptions.HashKey, $"{key}");
            _sending = _owner._client.Http.SendAsync(_request);
            _answer = _sending.ConfigureAwait(false).GetAwaiter();
            if (_answer.IsCompleted) Finish();
            else _answer.UnsafeOnCompleted(_whenAnswered);
        }

        private void Finish()
        {
            var (end, number, startedAt) = (EndOfCall(), _get.Call, _startedAt);
            _request.Dispose();
            (_request, _sending, _answer) = (null!, null!, default);
            _owner._idle.Push(this);
            _owner.End(number, end, startedAt);
        }

        private CallEnd EndOfCall()
        {
            // Looked at rather than thrown: to throw it once more would be a fifth of what a failed call costs.
            if (_sending.Exception?.InnerException is HttpRequestException refusal) return new CallEnd(false, 0, refusal.Message);
            try
            {
                using var response = _answer.GetResult();
                var error = response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
                return new CallEnd(response.IsSuccessStatusCode, 0, error);
            }
            catch (TaskCanceledException e)
            {
                // Why a task was cancelled, it tells only when it throws.
                return new CallEnd(false, 0, e.Message);
            }
        }
    }
}
