using System.Text.Json;
using System.Text.Json.Serialization;

namespace HA.Core.Bench.Registry;

/// <summary><c>registries [--registry NAME] [--json FILE|-] [--smoke]</c>: each registry's server, through the provider and raw.</summary>
internal static partial class RegistryCommand
{
    private const double PromisedRatio = 1.3;

    internal static async Task<int> RunAsync(string[] options)
    {
        var isSmoke = options.Contains("--smoke", StringComparer.Ordinal);
        var (json, only) = (ValueOf(options, "--json"), ValueOf(options, "--registry"));
        var cases = RegistryCase.All.Where(c => only is null || c.Name == only).ToArray();
        if (cases.Length == 0 || options.Except(["--smoke", "--json", json ?? "", "--registry", only ?? ""], StringComparer.Ordinal).Any())
        {
            await Console.Error.WriteLineAsync(
                $"usage: registries [--registry {string.Join('|', RegistryCase.All.Select(static c => c.Name))}] [--json FILE|-] [--smoke]");
            return 2;
        }

        var figures = new List<RegistryFigure>();
        foreach (var one in cases)
        {
            await Console.Error.WriteLineAsync($"measuring {one.Name}");
            try
            {
                figures.AddRange(await MeasureAsync(one, isSmoke ? RegistryLoad.Smoke : RegistryLoad.Full));
            }
            catch (Exception e)
            {
                await Console.Error.WriteLineAsync($"{one.Name}: {e.Message}");
                return 1;
            }
        }

        if (json != "-") Print(figures);
        if (json is not null) await WriteAsync(figures, json);
        return 0;
    }

    private static async Task<IEnumerable<RegistryFigure>> MeasureAsync(RegistryCase one, RegistryLoad load)
    {
        await using var server = one.StartAsync is null ? null : await one.StartAsync();
        await using var registry = one.Connect(server?.Port ?? 0);
        await using var raw = await one.ConnectRawAsync(server?.Port ?? 0);
        load = load with { Instances = Math.Min(load.Instances, one.MaxInstances) };
        return await new RegistryMeasure(server?.Name ?? one.Name, registry, raw, load).RunAsync();
    }

    private static void Print(List<RegistryFigure> figures)
    {
        Console.WriteLine("| registry | measure | instances | p50 ms | p99 ms | per second | raw p50 | raw p99 | raw per second | p50 to raw |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var f in figures)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"| {f.Server} | {f.Measure} | {f.Instances} | {f.P50:0.000} | {f.P99:0.00} | {f.PerSecond:0} | {f.RawP50:0.000} | {f.RawP99:0.00} | {f.RawPerSecond:0} | {f.Ratio:0.00} |"));
        }

        foreach (var f in figures.Where(static f => f.Measure == "change to picker"))
            Console.WriteLine(FormattableString.Invariant($"{(f.Ratio <= PromisedRatio ? "held  " : "BROKEN")} {f.Ratio:0.00} <= {PromisedRatio} {f.Server}, change to picker"));
    }

    private static string? ValueOf(string[] options, string name) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;

    private static async Task WriteAsync(List<RegistryFigure> figures, string target)
    {
        var text = JsonSerializer.Serialize([.. figures], FigureJson.Default.RegistryFigureArray);
        if (target == "-") Console.WriteLine(text);
        else await File.WriteAllTextAsync(target, text);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(RegistryFigure[]))]
    private sealed partial class FigureJson : JsonSerializerContext;
}
