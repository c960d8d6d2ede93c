using System.Text.Json;

namespace HA.Core.Sim.Tests.Live;

/// <summary>Runs in real time, with real processes: nothing else of this project competes with them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LiveCollection
{
    internal const string Name = "live";

    /// <summary>What went wrong, shortest first, so that a cut log still tells it.</summary>
    internal static string Explain(Cli live)
    {
        if (live.Out.Length == 0) return live.Error;
        var json = JsonDocument.Parse(live.Out).RootElement;
        var unmet = json.GetProperty("expectations").EnumerateArray().Where(static e => !e.GetProperty("held").GetBoolean())
            .Select(static e => $"{e.GetProperty("expected").GetString()}: {e.GetProperty("actual").GetString()}");
        var error = json.TryGetProperty("firstError", out var first) ? first.GetString() : null;
        return $"{string.Join("; ", unmet)}\n{error}\n{live.Out}";
    }
}
