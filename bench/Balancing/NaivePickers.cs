using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Balancing;

/// <summary>Balancing as it is written first: right, and what the policies are measured against.</summary>
internal static class NaivePickers
{
    internal static IReadOnlyList<(string Name, Func<Endpoint[], IEndpointPicker> Create)> All { get; } =
    [
        ("naive: round robin under a lock", static e => new LockedRoundRobin(e)),
        ("naive: weighted, scan of the weights", static e => new WeightScan(e)),
        ("naive: smooth weighted (nginx) under a lock", static e => new SmoothWeighted(e)),
        ("naive: least connections, dictionary under a lock", static e => new LeastConnections(e)),
        ("naive: ring of 50 points, binary search", static e => new Ring(e)),
    ];

    private sealed class LockedRoundRobin(Endpoint[] endpoints) : IEndpointPicker
    {
        private readonly Lock _gate = new();
        private int _next;

        public Endpoint? Pick(in PickContext context)
        {
            lock (_gate)
            {
                if (_next >= endpoints.Length) _next = 0;
                return endpoints[_next++];
            }
        }
    }

    private sealed class WeightScan(Endpoint[] endpoints) : IEndpointPicker
    {
        private readonly int _total = endpoints.Sum(static e => e.Instance.Weight);
        private int _turn;

        public Endpoint? Pick(in PickContext context)
        {
            var left = (int)((uint)Interlocked.Increment(ref _turn) % (uint)_total);
            foreach (var endpoint in endpoints)
            {
                if ((left -= endpoint.Instance.Weight) < 0) return endpoint;
            }

            return null;
        }
    }

    private sealed class SmoothWeighted(Endpoint[] endpoints) : IEndpointPicker
    {
        private readonly Lock _gate = new();
        private readonly int[] _current = new int[endpoints.Length];
        private readonly int _total = endpoints.Sum(static e => e.Instance.Weight);

        public Endpoint? Pick(in PickContext context)
        {
            lock (_gate)
            {
                var best = 0;
                for (var i = 0; i < endpoints.Length; i++)
                {
                    _current[i] += endpoints[i].Instance.Weight;
                    if (_current[i] > _current[best]) best = i;
                }

                _current[best] -= _total;
                return endpoints[best];
            }
        }
    }

    private sealed class LeastConnections(Endpoint[] endpoints) : IEndpointPicker
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Endpoint, int> _connections = endpoints.ToDictionary(static e => e, static e => e.InFlight);

        public Endpoint? Pick(in PickContext context)
        {
            lock (_gate)
            {
                Endpoint? best = null;
                var least = int.MaxValue;
                foreach (var (endpoint, connections) in _connections)
                {
                    if (connections < least) (best, least) = (endpoint, connections);
                }

                return best;
            }
        }
    }

    private sealed class Ring : IEndpointPicker
    {
        private readonly SortedList<ulong, Endpoint> _points = [];

        internal Ring(Endpoint[] endpoints)
        {
            foreach (var endpoint in endpoints)
            {
                for (var i = 0; i < 50; i++) _points[HashKey.Of($"{endpoint.Instance.Id}-{i}")] = endpoint;
            }
        }

        public Endpoint? Pick(in PickContext context)
        {
            var keys = _points.Keys;
            int low = 0, high = keys.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (keys[middle] < context.HashKey) low = middle + 1;
                else high = middle;
            }

            return _points.Values[low == keys.Count ? 0 : low];
        }
    }
}
