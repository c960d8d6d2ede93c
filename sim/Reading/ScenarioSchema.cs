using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>The JSON Schema of scenario files, for editors: made from the same tables that read them.</summary>
internal static class ScenarioSchema
{
    internal const string FileName = "scenario.schema.json";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Generate()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "HA.Core scenario",
        };
        foreach (var (key, value) in ScenarioShape.Root.Schema()) schema[key] = value?.DeepClone();
        schema["$defs"] = new JsonObject { ["distribution"] = DistributionKind.Definition() };
        return schema.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";
    }
}
