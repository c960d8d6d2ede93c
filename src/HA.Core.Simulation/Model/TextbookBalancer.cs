using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>The fewest calls in flight of a few drawn at random, by counts that may be old.</summary>
internal sealed class TextbookBalancer(TextbookPolicy policy, RandomStream random, World world) : ILoadBalancer
{
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(policy, random, world, [.. snapshot.Eligible]);

    private sealed class Picker(TextbookPolicy policy, RandomStream random, World world, Endpoint[] endpoints) : IEndpointPicker
    {
        private readonly int[] _known = new int[endpoints.Length];
        private readonly int[] _drawn = [.. Enumerable.Range(0, endpoints.Length)];
        private long _period = -1;

        public Endpoint? Pick(in PickContext context)
        {
            if (endpoints.Length == 0) return null;
            Refresh();
            return endpoints[policy.Choices == 0 ? LeastOfAll() : LeastOfSome()];
        }

        private void Refresh()
        {
            if (policy.Refresh == TimeSpan.Zero) return;
            // At the very moment the old counts still hold.
            var period = Math.Max(0, world.Pump.Clock - world.Observer.BeganAt - 1) / policy.Refresh.Ticks;
            if (period == _period) return;
            _period = period;
            for (var i = 0; i < endpoints.Length; i++) _known[i] = endpoints[i].InFlight;
        }

        private int LoadOf(int index) => policy.Refresh == TimeSpan.Zero ? endpoints[index].InFlight : _known[index];

        private int LeastOfSome()
        {
            var choices = policy.Distinct ? Math.Min(policy.Choices, endpoints.Length) : policy.Choices;
            var least = Draw(0);
            for (var i = 1; i < choices; i++)
            {
                var other = Draw(i);
                if (LoadOf(other) < LoadOf(least)) least = other;
            }

            return least;
        }

        // The first places hold who was drawn already, in whatever order the others are.
        private int Draw(int already)
        {
            if (!policy.Distinct) return random.Next(endpoints.Length);
            var at = already + random.Next(endpoints.Length - already);
            (_drawn[already], _drawn[at]) = (_drawn[at], _drawn[already]);
            return _drawn[already];
        }

        private int LeastOfAll()
        {
            int least = 0, ties = 1;
            for (var i = 1; i < endpoints.Length; i++)
            {
                if (LoadOf(i) > LoadOf(least)) continue;
                ties = LoadOf(i) < LoadOf(least) ? 1 : ties + 1;
                // Keeping the k-th tie with chance 1/k leaves each of them equally likely.
                if (ties == 1 || random.Next(ties) == 0) least = i;
            }

            return least;
        }
    }
}
