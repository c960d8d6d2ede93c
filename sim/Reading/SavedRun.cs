using System.Text.Json;
using HA.Core.Sim.Commands;

namespace HA.Core.Sim.Reading;

/// <summary>The JSON that a run left, as far as it says how to do the run again.</summary>
internal static class SavedRun
{
    private const int MaxBytes = 64 << 20;

    /// <summary>Reads it; null if the file is none, or not there: a scenario may have any name.</summary>
    /// <exception cref="BadInputException">It is one, and cannot be done again.</exception>
    internal static Replay? TryLoad(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes) return null;
        try
        {
            using var file = File.OpenRead(path);
            using var json = JsonDocument.Parse(file);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("traceHash", out _)
                ? Read(json.RootElement, path)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message}");
        }
    }

    private static Replay Read(JsonElement run, string path)
    {
        if (!run.TryGetProperty("replay", out var replay) || replay.ValueKind != JsonValueKind.Object)
            throw new BadInputException($"{path}: this run cannot be done again: it does not say how (key 'replay'), as runs of ha-sim run --json do");
        if (replay.TryGetProperty("perturb", out var perturb) && perturb.ValueKind == JsonValueKind.True)
            throw new BadInputException($"{path}: this run was perturbed, and looking into it would change its order; look into one without --perturb");
        if (Text(replay, "scenario") is not { } scenario || !run.TryGetProperty("seed", out var number) || !number.TryGetUInt64(out var seed))
            throw new BadInputException($"{path}: 'replay.scenario' must be a text and 'seed' a whole number");
        string[] settings = replay.TryGetProperty("settings", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static s => s.ValueKind == JsonValueKind.String ? s.GetString()! : s.GetRawText())]
            : [];
        return new Replay(scenario, seed, Text(replay, "balancer"), settings)
        {
            Config = Text(replay, "config") is { } config ? new ClientConfig(config, Text(replay, "service")) : null,
        };
    }

    private static string? Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
