using System.CommandLine;
using System.Runtime.InteropServices;
using HA.Core.Drills;
using HA.Core.Drills.Running;

var registries = new Option<string[]>("--registry") { Description = "Which registries; all of them by default.", AllowMultipleArgumentsPerToken = true };
registries.AcceptOnlyFromAmong([.. Rigs.All.Select(static r => r.Name)]);
var drills = new Option<string[]>("--drill") { Description = "Which drills, by the beginning of their names.", AllowMultipleArgumentsPerToken = true };
var rounds = Number("--rounds", "Rounds of each drill; its own number by default.", 0);
var seed = Number("--seed", "Of the first round.", 1);
var jobs = Number("--jobs", "Rounds side by side. They mostly wait; too many make the machine the thing that is measured.", 6);
var seconds = new Option<double>("--ttl") { Description = "Time to live of the registrations, in seconds.", DefaultValueFactory = static _ => 3 };
var write = new Option<FileInfo?>("--write") { Description = "A file to write the table to, with date and machine." };
var root = new RootCommand("Breaks real registry servers, and measures what becomes of those that use them.")
{
    registries, drills, rounds, seed, jobs, seconds, write,
};

root.SetAction(async (parsed, stop) =>
{
    var chosen = parsed.GetValue(registries) is { Length: > 0 } names ? Rigs.All.Where(r => names.Contains(r.Name)) : Rigs.All;
    var wanted = parsed.GetValue(drills) is { Length: > 0 } beginnings
        ? AllDrills.List.Where(d => beginnings.Any(b => d.Name.StartsWith(b, StringComparison.Ordinal))).ToArray()
        : AllDrills.List;
    if (wanted.Count == 0)
    {
        await Console.Error.WriteLineAsync($"No such drill. There are: {string.Join(", ", AllDrills.List.Select(static d => d.Name))}.");
        return 2;
    }

    var reports = new List<DrillReport>();
    var startedAt = DateTimeOffset.Now;
    foreach (var rig in chosen)
    {
        foreach (var drill in wanted.Where(d => d.IsFor(rig)))
        {
            var count = parsed.GetValue(rounds) is > 0 and var number ? number : drill.FullRounds;
            var options = new DrillOptions(count, parsed.GetValue(seed), parsed.GetValue(jobs), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            var report = await drill.RunAsync(rig, options);
            reports.Add(report);
            await Console.Error.WriteLineAsync(
                $"{rig} {drill.Name}: {count} rounds in {report.Took.TotalSeconds:0} s, {(report.Held ? "held" : $"{report.Failed} FAILED")}");
            foreach (var failure in report.Failures) await Console.Error.WriteLineAsync($"  {failure}");
        }
    }

    var table = DrillTable.Of(reports);
    await Console.Out.WriteAsync(table);
    if (parsed.GetValue(write) is { } file) await File.WriteAllTextAsync(file.FullName, Page(table, startedAt, parsed.GetValue(seconds), parsed.GetValue(jobs)), stop);
    return reports.TrueForAll(static r => r.Held) ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();

static Option<int> Number(string name, string description, int standard)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value and < 0) result.AddError($"{name} must not be negative, as {value} is.");
    });
    return option;
}

static string Page(string table, DateTimeOffset startedAt, double seconds, int jobs) =>
    $"""
    # Soak

    What `bash eng/soak.sh --write` last measured with [tests/HA.Core.Drills](../../tests/HA.Core.Drills); what each drill does is
    in [registries.md](registries.md#drills). Each round has a server of its own, on loopback; times to live of {seconds:0.###} s.

    - begun {startedAt:yyyy-MM-dd HH:mm zzz}, took {(DateTimeOffset.Now - startedAt).TotalMinutes:0} minutes with {jobs} rounds side by side
    - {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}

    {table}
    """;
