using System.Diagnostics.Metrics;
using HA.Core.Alerting;
using HA.Core.Client;
using HA.Core.Hosting.Alerts;
using HA.Core.Registry;

namespace HA.Core.Hosting.Telemetry;

/// <summary>What is looked at when somebody collects metrics: the pools as they are at that moment.</summary>
internal sealed class LiveMeters
{
    private static readonly EndpointHealth[] States = Enum.GetValues<EndpointHealth>();
    private static readonly CatalogOrigin[] Origins = Enum.GetValues<CatalogOrigin>();

    internal LiveMeters(Meter meter)
    {
        Observe(meter, Instruments.ActiveAttempts, ActiveAttempts);
        Observe(meter, Instruments.Endpoints, Endpoints);
        Observe(meter, Instruments.Panic, Panic);
        Observe(meter, Instruments.Connection, Connection);
        Observe(meter, Instruments.Alerts, Firing);
        var age = Instruments.SnapshotAge;
        meter.CreateObservableGauge(age.Name, Ages, age.Unit, age.Description);
    }

    /// <summary>The pools of the program; none before there is a directory.</summary>
    internal Func<IEnumerable<ServicePool>> Pools { get; set; } = static () => [];

    /// <summary>The alerts that fire.</summary>
    internal Func<IEnumerable<Alert>> Alerts { get; set; } = static () => [];

    /// <summary>Whether endpoints are told apart.</summary>
    internal Func<bool> TellsEndpoints { get; set; } = static () => true;

    private static void Observe(Meter meter, InstrumentInfo info, Func<IEnumerable<Measurement<long>>> look) =>
        meter.CreateObservableUpDownCounter(info.Name, look, info.Unit, info.Description);

    private static KeyValuePair<string, object?> ServiceOf(ServicePool pool) => new(Instruments.Service, pool.Service);

    private IEnumerable<Measurement<long>> ActiveAttempts()
    {
        foreach (var pool in Pools())
        {
            var all = pool.Snapshot.All;
            if (!TellsEndpoints())
            {
                yield return new(all.Sum(static e => (long)e.InFlight), ServiceOf(pool));
                continue;
            }

            foreach (var endpoint in all)
            {
                yield return new(
                    endpoint.InFlight, ServiceOf(pool), new(Instruments.Address, endpoint.Instance.Address),
                    new(Instruments.Port, endpoint.Instance.Port));
            }
        }
    }

    private IEnumerable<Measurement<long>> Endpoints() =>
        from pool in Pools()
        let all = pool.Snapshot.All
        from state in States
        select new Measurement<long>(
            all.Count(e => e.Health == state), ServiceOf(pool), new(Instruments.EndpointState, Words.Of(state)));

    private IEnumerable<Measurement<long>> Panic() =>
        Pools().Select(static pool => new Measurement<long>(pool.Snapshot.IsPanic ? 1 : 0, ServiceOf(pool)));

    private IEnumerable<Measurement<long>> Connection() =>
        from pool in Pools()
        let view = pool.View
        where view is not null
        from origin in Origins
        select new Measurement<long>(
            view.Origin == origin ? 1 : 0, ServiceOf(pool), new(Instruments.ConnectionState, Words.Of(origin)));

    private IEnumerable<Measurement<long>> Firing() => Alerts().Select(static alert => new Measurement<long>(
        1, new(Instruments.Service, alert.Service), new(Instruments.AlertRule, WebhookMessage.NameOf(alert.Rule))));

    private IEnumerable<Measurement<double>> Ages() =>
        from pool in Pools()
        let view = pool.View
        where view is not null && view.Origin != CatalogOrigin.None
        select new Measurement<double>(view.Age.TotalSeconds, ServiceOf(pool));
}
