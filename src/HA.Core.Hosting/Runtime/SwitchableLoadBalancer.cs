using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Hosting.Runtime;

/// <summary>A balancing policy that can be exchanged under running calls: the endpoints, and what is known of them, stay.</summary>
internal sealed class SwitchableLoadBalancer(RandomStream random, Func<RandomStream, ILoadBalancer> first)
    : ILoadBalancer, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private ILoadBalancer _current = first(random);
    private Picker? _latest;

    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        lock (_gate) return _latest = new Picker(snapshot, _current.CreatePicker(snapshot));
    }

    internal void Switch(Func<RandomStream, ILoadBalancer> next)
    {
        ILoadBalancer former;
        lock (_gate)
        {
            former = _current;
            _current = next(random);
            _latest?.Replace(_current);
        }

        if (former is IAsyncDisposable owned) _ = owned.DisposeAsync().AsTask();
    }

    public ValueTask DisposeAsync() => _current is IAsyncDisposable owned ? owned.DisposeAsync() : ValueTask.CompletedTask;

    private sealed class Picker(EndpointSnapshot snapshot, IEndpointPicker inner) : IEndpointPicker
    {
        private volatile IEndpointPicker _inner = inner;

        public Endpoint? Pick(in PickContext context) => _inner.Pick(context);

        internal void Replace(ILoadBalancer balancer) => _inner = balancer.CreatePicker(snapshot);
    }
}
