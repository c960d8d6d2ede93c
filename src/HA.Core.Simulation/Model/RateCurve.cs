using System.Collections.Immutable;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>A rate that changes with time in straight lines, and when it will have brought so many arrivals.</summary>
/// <remarks>
/// A Poisson process of changing rate is one of rate 1 on a clock that runs as fast as the rate (time rescaling), so no
/// arrival is drawn in vain.
/// </remarks>
internal sealed class RateCurve
{
    private readonly List<Piece> _pieces = [];
    private int _at;

    /// <param name="rate">Arrivals per second at the start.</param>
    /// <param name="changes">How that changes, in calls per second of all clients.</param>
    /// <param name="share">Arrivals of this client for each call of all.</param>
    /// <param name="begin">When the run began.</param>
    internal RateCurve(double rate, ImmutableArray<RateChange> changes, double share, long begin)
    {
        _pieces.Add(new Piece(long.MinValue, rate / TimeSpan.TicksPerSecond, 0));
        foreach (var change in changes)
        {
            var (from, to) = (_pieces[^1].RateAt(begin + change.At.Ticks), change.Rate * share / TimeSpan.TicksPerSecond);
            if (change.Over > TimeSpan.Zero)
                _pieces.Add(new Piece(begin + change.At.Ticks, from, (to - from) / change.Over.Ticks));
            _pieces.Add(new Piece(begin + change.At.Ticks + change.Over.Ticks, to, 0));
        }
    }

    /// <summary>Ticks until so many arrivals have come; <see cref="long.MaxValue"/> if they never do. Asked in the order of time.</summary>
    internal long Until(long now, double arrivals)
    {
        while (EndOf(_at) <= now) _at++;
        var at = _at;
        for (var from = now; ; from = EndOf(at++))
        {
            var end = EndOf(at);
            var expected = end == long.MaxValue ? double.PositiveInfinity : _pieces[at].Between(from, end);
            if (expected >= arrivals && _pieces[at].Ticks(from, arrivals) is { } ticks) return from - now + ticks;
            if (end == long.MaxValue) return long.MaxValue;
            arrivals -= expected;
        }
    }

    private long EndOf(int piece) => piece + 1 < _pieces.Count ? _pieces[piece + 1].From : long.MaxValue;

    private readonly record struct Piece(long From, double Rate, double Slope)
    {
        internal double RateAt(long at) => Slope == 0 ? Rate : Math.Max(0, Rate + (Slope * (at - From)));

        internal double Between(long from, long to) => (RateAt(from) + RateAt(to)) / 2 * (to - from);

        internal long? Ticks(long from, double arrivals)
        {
            var rate = RateAt(from);
            // The root of rate x t + slope x t^2 / 2 = arrivals, in the form that loses no digits.
            var reach = rate + Math.Sqrt(Math.Max(0, (rate * rate) + (2 * Slope * arrivals)));
            var ticks = 2 * arrivals / reach;
            return reach > 0 && ticks < long.MaxValue / 4 ? (long)(ticks + 0.5) : null;
        }
    }
}
