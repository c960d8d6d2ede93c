using HA.Core.Balancing;

namespace HA.Core.Http;

/// <summary>
/// For servers: counts the requests that are worked on, and remembers what requests took that met about as many. Its
/// <see cref="Report"/> is what clients are told, with every response or when they probe.
/// </summary>
/// <remarks>Safe for concurrent use; lock-free, and counting allocates nothing.</remarks>
public sealed class LoadMeter
{
    private readonly LatencyByLoad _latencies = new();
    private readonly TimeProvider _time;
    private int _inFlight;

    /// <summary>Creates a meter.</summary>
    /// <param name="time">The clock; the machine's when null.</param>
    public LoadMeter(TimeProvider? time = null) => _time = time ?? ServiceEnvironment.System.Time;

    /// <summary>What is to be told now.</summary>
    public LoadReport Report
    {
        get
        {
            var inFlight = Volatile.Read(ref _inFlight);
            return new LoadReport(inFlight, _latencies.Estimate(inFlight));
        }
    }

    /// <summary>A request has come in. Dispose the result once it is answered.</summary>
    public Request Begin() => new(this, Interlocked.Increment(ref _inFlight), _time.GetTimestamp());

    /// <summary>A request that is worked on.</summary>
    public readonly struct Request : IDisposable
    {
        private readonly LoadMeter _meter;
        private readonly int _met;
        private readonly long _startedAt;

        internal Request(LoadMeter meter, int met, long startedAt) => (_meter, _met, _startedAt) = (meter, met, startedAt);

        /// <summary>It is answered. Once only.</summary>
        public void Dispose()
        {
            Interlocked.Decrement(ref _meter._inFlight);
            _meter._latencies.Record(_met, _meter._time.GetElapsedTime(_startedAt));
        }
    }
}
