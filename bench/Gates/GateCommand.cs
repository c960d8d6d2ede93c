using System.Text.Json;
using System.Text.Json.Serialization;

namespace HA.Core.Bench.Gates;

/// <summary>
/// <c>gates [--only TEXT] [--json FILE|-] [--smoke]</c>: measures every gate, or those whose name has a text, interleaved, and
/// takes the median of the rounds.
/// </summary>
internal static partial class GateCommand
{
    private const int Rounds = 11;

    internal static int Run(string[] options)
    {
        var isSmoke = options.Contains("--smoke", StringComparer.Ordinal);
        var (json, only) = (ValueOf("--json", options), ValueOf("--only", options));
        Gate[] gates = [.. AllGates.List.Where(g => only is null || g.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        if (gates.Length == 0 || options.Except(["--smoke", "--json", json ?? "", "--only", only ?? ""], StringComparer.Ordinal).Any())
        {
            Console.Error.WriteLine("usage: gates [--only TEXT] [--json FILE|-] [--smoke]");
            if (gates.Length == 0) Console.Error.WriteLine($"No gate's name has '{only}' in it.");
            return 2;
        }

        var results = Measure(gates, isSmoke ? 1 : Rounds);
        if (json != "-") Print(results);
        if (json is not null) Write(results, json);
        // A brief look on a busy machine proves that the gates run, not that they hold.
        return isSmoke || results.All(static r => r.Held != false) ? 0 : 1;
    }

    private static string? ValueOf(string option, string[] options) =>
        Array.IndexOf(options, option) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;

    private static GateResult[] Measure(Gate[] gates, int rounds)
    {
        var ratios = gates.Select(_ => new double[rounds]).ToArray();
        FloorOf.Check();
        foreach (var gate in gates) gate.Measure();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < ratios.Length; i++) ratios[i][round] = gates[i].Measure();
        }

        return [.. gates.Select((gate, i) => Judge(gate, ratios[i]))];
    }

    private static GateResult Judge(Gate gate, double[] ratios)
    {
        Array.Sort(ratios);
        var median = ratios[ratios.Length / 2];
        return new GateResult(gate.Name, Math.Round(median, 4), gate.Limit, gate.IsJudged ? median <= gate.Limit : null);
    }

    private static string Verdict(bool? held) => held switch { true => "held  ", false => "BROKEN", null => "shown " };

    private static void Print(GateResult[] results)
    {
        foreach (var r in results) Console.WriteLine($"{Verdict(r.Held)} {r.Ratio,8:0.###} <= {r.Limit,-6:0.###} {r.Name}");
    }

    private static void Write(GateResult[] results, string target)
    {
        var text = JsonSerializer.Serialize(results, Json.Default.GateResultArray);
        if (target == "-") Console.WriteLine(text);
        else File.WriteAllText(target, text);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(GateResult[]))]
    private sealed partial class Json : JsonSerializerContext;
}
