namespace HA.Core.Hosting.Settings;

/// <summary>The keys of <see cref="TelemetryOptions"/>, in <c>HA:Telemetry</c>.</summary>
internal static class TelemetrySettings
{
    internal static SettingTable<TelemetryOptions> Table { get; } = new SettingTable<TelemetryOptions>(static () => new())
        .Whole("MaxEndpoints", static o => o.MaxEndpoints, static (o, v) => o with { MaxEndpoints = v });
}
