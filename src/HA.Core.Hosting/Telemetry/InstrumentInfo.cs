using System.Collections.Immutable;

namespace HA.Core.Hosting.Telemetry;

/// <summary>What kind of instrument it is, as OpenTelemetry calls it.</summary>
internal enum InstrumentKind
{
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

/// <summary>One instrument.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind it is.</param>
/// <param name="Unit">Its unit, as UCUM writes it.</param>
/// <param name="Description">What it tells.</param>
/// <param name="Attributes">What its measurements bear; not all of them always.</param>
internal sealed record InstrumentInfo(
    string Name, InstrumentKind Kind, string Unit, string Description, ImmutableArray<string> Attributes);
