using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>
/// Runs a policy and its model side by side: the same chance, the same endpoints, and between picks calls that begin and end,
/// time that passes, health and weights that change.
/// </summary>
internal sealed class LockStep
{
    private readonly ManualEnvironment _environment = new();
    private readonly SeededStream _chance;
    private readonly ImmutableArray<Endpoint> _all;
    private readonly ILoadBalancer _balancer;
    private readonly PolicyModel _model;
    private readonly bool _hasWeights;
    private readonly List<(Endpoint Endpoint, long Since)> _calls = [];
    private EndpointSnapshot _snapshot = EndpointSnapshot.Empty;
    private IEndpointPicker _picker;

    internal LockStep(ulong seed, int count, bool hasWeights, Func<RandomStream, ILoadBalancer> create, Func<RandomStream, PolicyModel> model)
    {
        _chance = new SeededStream(seed);
        _hasWeights = hasWeights;
        _balancer = create(new SeededStream(seed + 1));
        _model = model(new SeededStream(seed + 1));
        _environment.Advance(TimeSpan.FromSeconds(1000));
        var clock = new EndpointClock(_environment.Time);
        var loads = _balancer is IReadsAllLoads && seed % 2 == 0 ? new LoadTable() : null;
        _all = [.. Enumerable.Range(0, count).Select(i => new Endpoint(Instance(i, weight: 1), clock, loads?.Rent() ?? default))];
        _picker = Publish();
    }

    /// <summary>Picks that had one answer only.</summary>
    internal int Decided { get; private set; }

    internal int Picks { get; private set; }

    internal void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            switch (_chance.Next(10))
            {
                case < 5: Pick(step); break;
                case < 8: End(); break;
                case 8: _environment.Advance(TimeSpan.FromMilliseconds(_chance.Next(_chance.Next(20) == 0 ? 20_000 : 20))); break;
                default: if (_chance.Next(4) == 0) _picker = Publish(); break;
            }
        }
    }

    private void Pick(int step)
    {
        var context = new PickContext(_chance.Next(4) == 0 ? 1 + _chance.Next(2) : 0, KeyOf(_chance.Next(8)), _environment.Time.GetTimestamp());
        var allowed = _model.Pick(_snapshot, context);
        var picked = _picker.Pick(context);
        if (picked is null ? allowed.Count > 0 : !allowed.Contains(picked))
            Assert.Fail($"Step {step}: picked {picked}, not {string.Join(" or ", allowed)}.");
        if (picked is null) return;
        Picks++;
        if (allowed.Count == 1) Decided++;
        picked.Enter();
        _calls.Add((picked, context.Now));
        while (_calls.Count > 4 * _all.Length) End();
    }

    // Some of the keys lead to an endpoint, for whoever is sticky.
    private ulong KeyOf(int number) =>
        number == 0 ? 0 : number < 4 ? StickyLoadBalancer.KeyOf(_all[_chance.Next(_all.Length)]) : (ulong)_chance.Next(1000) + 1;

    private void End()
    {
        if (_calls.Count == 0) return;
        var at = _chance.Next(_calls.Count);
        var (endpoint, since) = _calls[at];
        _calls.RemoveAt(at);
        endpoint.Leave();
        var now = _environment.Time.GetTimestamp();
        var took = _environment.Time.GetElapsedTime(since, now) + TimeSpan.FromMilliseconds(1 + _chance.Next(50));
        var kind = _chance.Next(6) switch { 0 => OutcomeKind.Failure, 1 => OutcomeKind.Ignored, _ => OutcomeKind.Success };
        var outcome = new CallOutcome(kind, took, now);
        if (_chance.Next(2) == 0) endpoint.ReportLoad(_chance.Next(20), now);
        endpoint.Learn(outcome);
        _model.Learn(endpoint, outcome);
    }

    private IEndpointPicker Publish()
    {
        var (version, most) = (_snapshot.Version + 1, _chance.Next(8));
        for (var i = 0; i < _all.Length && _hasWeights; i++) _all[i].Instance = Instance(i, 1 + _chance.Next(9));
        ImmutableArray<Endpoint> eligible = [.. _all.Where(_ => most == 0 || _chance.Next(8) < most)];
        _snapshot = new EndpointSnapshot(version, _all, eligible.Length == _all.Length ? _all : eligible, IsPanic: false);
        return _balancer.CreatePicker(_snapshot);
    }

    private static ServiceInstance Instance(int number, int weight) => new(Orders.Service, $"orders-{number:000}", $"10.0.0.{number + 1}", 8080)
    {
        Weight = weight,
        Zone = $"{(char)('a' + (number % 3))}",
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add(PriorityLoadBalancer.MetadataKey, $"{number % 2}"),
    };
}
