using System.Text.Json;
using System.Text.Json.Serialization;

namespace HA.Core.Bench.Gates;

/// <summary><c>gates [--json FILE|-] [--smoke]</c>: measures every gate, interleaved, and takes the median of the rounds.</summary>
internal static partial class GateCommand
{
    private const int Rounds = 11;

    internal static int Run(string[] options)
    {
        var isSmoke = options.Contains("--smoke", StringComparer.Ordinal);
        var json = Array.IndexOf(options, "--json") is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
        if (options.Except(["--smoke", "--json", json ?? ""], StringComparer.Ordinal).Any())
        {
            Console.Error.WriteLine("usage: gates [--json FILE|-] [--smoke]");
            return 2;
        }

        var results = Measure(isSmoke ? 1 : Rounds);
        if (json != "-") Print(results);
        if (json is not null) Write(results, json);
        // A brief look on a busy machine proves that the gates run, not that they hold.
        return isSmoke || results.All(static r => r.Held != false) ? 0 : 1;
    }

    private static GateResult[] Measure(int rounds)
    {
        var ratios = AllGates.List.Select(_ => new double[rounds]).ToArray();
        FloorOf.Check();
        foreach (var gate in AllGates.List) gate.Measure();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < ratios.Length; i++) ratios[i][round] = AllGates.List[i].Measure();
        }

        return [.. AllGates.List.Select((gate, i) => Judge(gate, ratios[i]))];
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
