using System.Runtime.InteropServices;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Balancing;

/// <summary>
/// Asks a few endpoints drawn at random, beside each call and not for it, how busy they are, and sends calls where the latest
/// answers look best (<see cref="HotColdRule"/>). For services of many clients and endpoints of changing speed.
/// </summary>
/// <remarks>
/// <para>
/// Prequal (Wydrowski et al., NSDI 2024): calls never wait for an answer. Each answer serves a few calls and then is
/// forgotten; when fewer than two are left, power of two choices decides, as it does among fewer than four endpoints, where
/// half of them are no choice. Probes follow the calls, in rounds: without calls there are none, and however many calls
/// there are, probes stay at two pools a round. Answers are worth the more the less of the load is this client's own.
/// </para>
/// <para>
/// Weights: those asked are drawn by weight, and calls in flight count by weight. What an endpoint answers is its own word:
/// numbers below zero are no answer. Dispose it to stop asking; a pool does that for its own.
/// </para>
/// </remarks>
public sealed class ProbingLoadBalancer : ILoadBalancer, IAsyncDisposable
{
    private const int FewestEndpoints = 4;
    private const int MostUses = 64;

    private readonly RandomStream _random;
    private readonly ServiceEnvironment _environment;
    private readonly ILoadProbe _probe;
    private readonly ProbingOptions _options;
    private readonly PowerOfTwoChoicesLoadBalancer _fallback;
    private readonly SpawnedLoop _loop;
    private volatile Picker? _picker;
    private int _calls;
    private int _underWay;

    /// <summary>Creates the policy, which begins to ask as soon as calls are made.</summary>
    /// <param name="random">Whom to ask, and whom to take if nobody answered.</param>
    /// <param name="environment">The world.</param>
    /// <param name="probe">How to ask.</param>
    /// <param name="options">The published values when null.</param>
    public ProbingLoadBalancer(RandomStream random, ServiceEnvironment environment, ILoadProbe probe, ProbingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(probe);
        _random = random;
        _environment = environment;
        _probe = probe;
        _options = options ?? new ProbingOptions();
        _fallback = new PowerOfTwoChoicesLoadBalancer(random);
        _loop = environment.Spawn("load probes", RunAsync);
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var fallback = _fallback.CreatePicker(snapshot);
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        if (endpoints.Length < FewestEndpoints)
        {
            _picker = null;
            return fallback;
        }

        var size = Math.Min(_options.PoolSize, endpoints.Length / 2);
        var loads = new ProbedLoads(
            size, UsesOf(size, endpoints.Length), _options.HotQuantile, _environment.Time.ToTimestampTicks(_options.MaxAge));
        var picker = new Picker(this, endpoints, Weights.Unequal(snapshot, endpoints), loads, fallback);
        if (_picker is { } before) loads.CopyFrom(before.Loads, e => picker.PlaceOf(e) >= 0);
        return _picker = picker;
    }

    /// <summary>Stops asking; what is under way is given up.</summary>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    /// <summary>How many calls one answer serves, so that the pool neither runs dry nor lives on old answers.</summary>
    private int UsesOf(int size, int endpoints)
    {
        // The published formula, with one answer forgotten for each call and a margin of one.
        var fresh = ((1 - ((double)size / endpoints)) * _options.ProbesPerCall) - 1;
        return fresh <= 2.0 / MostUses ? MostUses : Math.Max(1, (int)Math.Ceiling(2 / fresh));
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await _environment.Time.DelayAsync(_options.Interval, stop).ConfigureAwait(false);
            var calls = Interlocked.Exchange(ref _calls, 0);
            if (calls == 0 || _picker is not { } picker) continue;
            var most = 2 * picker.Loads.Size;
            // Endpoints that do not answer must not make the probes pile up.
            var due = (int)Math.Min((long)calls * _options.ProbesPerCall, most - Volatile.Read(ref _underWay));
            for (var i = 0; i < due; i++) _ = AskAsync(picker, picker.Draw(), stop);
        }
    }

    private async Task AskAsync(Picker picker, Endpoint endpoint, CancellationToken stop)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            using var limit = new Deadline(_environment.Time, _options.Timeout, stop);
            var answer = await _probe.ProbeAsync(endpoint.Instance, limit.Token).ConfigureAwait(false);
            if (answer is not { InFlight: >= 0, Latency.Ticks: >= 0 } told) return;
            var now = _environment.Time.GetTimestamp();
            endpoint.ReportLoad(told.InFlight, now);
            // A newer picker may have come meanwhile, in which it is no longer eligible.
            (_picker ?? picker).Take(endpoint, told, now);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // No answer is an answer: it is not in the pool, and calls go to those that are.
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private sealed class Picker(
        ProbingLoadBalancer owner, Endpoint[] endpoints, int[]? weights, ProbedLoads loads, IEndpointPicker fallback) : IEndpointPicker
    {
        private readonly AliasTable? _draw = weights is null ? null : new AliasTable(weights);
        private readonly int _heaviest = weights?.Max() ?? 1;

        internal ProbedLoads Loads => loads;

        internal Endpoint Draw() => endpoints[_draw?.Draw(owner._random) ?? (uint)owner._random.Next(endpoints.Length)];

        /// <summary>Where it is; -1 if it is not eligible.</summary>
        internal int PlaceOf(Endpoint endpoint)
        {
            var at = EndpointRoster.PlaceOf(endpoint.Instance.Id, endpoints);
            return at < endpoints.Length && endpoints[at] == endpoint ? at : -1;
        }

        internal void Take(Endpoint endpoint, LoadReport told, long now)
        {
            if (PlaceOf(endpoint) is not (>= 0 and var at)) return;
            // As many for its weight as that would be for the heaviest.
            var inFlight = weights is null ? told.InFlight : (long)told.InFlight * _heaviest / Math.Max(1, weights[at]);
            loads.Add(endpoint, (int)Math.Min(inFlight, int.MaxValue / 2), told.Latency, now);
        }

        public Endpoint? Pick(in PickContext context)
        {
            Interlocked.Increment(ref owner._calls);
            var now = context.Now == 0 ? owner._environment.Time.GetTimestamp() : context.Now;
            return loads.Take(now) ?? fallback.Pick(context);
        }
    }
}
