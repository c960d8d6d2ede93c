using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>The distances between the arrivals of one client.</summary>
internal abstract class Gaps
{
    /// <summary>Ticks from now until the next arrival; <see cref="long.MaxValue"/> if there is none.</summary>
    internal abstract long Next(long now);

    internal static Gaps Of(World world, VirtualClient client, long begin)
    {
        var (traffic, clients) = (world.Scenario.Traffic, world.Scenario.Client.Count);
        var random = world.Simulation.Random("arrivals", client.Name);
        var rate = (traffic.Rate ?? traffic.Load * world.Scenario.Service.CapacityPerSecond) / clients / traffic.Batch;
        var isPaced = traffic.Process == ArrivalProcess.Paced;
        if (traffic.Process == ArrivalProcess.Recorded) return new Recording([.. traffic.Gaps]);
        if (!traffic.Changes.IsEmpty)
            return new Changing(new RateCurve(rate, traffic.Changes, 1.0 / clients / traffic.Batch, begin), isPaced, random);
        var mean = TimeSpan.FromTicks((long)(TimeSpan.TicksPerSecond / rate));
        return new Alike(isPaced ? new Constant(mean) : new Exponential(mean), random);
    }

    private sealed class Alike(Distribution distance, RandomStream random) : Gaps
    {
        internal override long Next(long now) => distance.SampleTicks(random);
    }

    private sealed class Changing(RateCurve curve, bool isPaced, RandomStream random) : Gaps
    {
        internal override long Next(long now) => curve.Until(now, isPaced ? 1 : Exponential.Unit(random));
    }

    private sealed class Recording(TimeSpan[] gaps) : Gaps
    {
        private int _next;

        internal override long Next(long now)
        {
            var gap = gaps[_next];
            _next = (_next + 1) % gaps.Length;
            return gap.Ticks;
        }
    }
}
