using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HA.Core.Bench.Gates;
using HA.Core.Bench.Registry;
using HA.Core.Bench.Simulation;

// gates, registries:  the promised ratios, measured in one process.   picks: a table of what picks cost.
// simulate: how fast and how large simulations are.
// smoke: every benchmark once, to see that it runs.
// Everything else is BenchmarkDotNet's own command line.
return args switch
{
    ["gates", .. var options] => GateCommand.Run(options),
    ["picks"] => PickTable.Run(),
    ["simulate", .. var options] => SpeedTable.Run(options),
    ["registries", .. var options] => await RegistryCommand.RunAsync(options),
    ["smoke"] => Smoke() + SpeedTable.Run(["--smoke"]) + await RegistryCommand.RunAsync(["--smoke"]),
    _ => Measure(args),
};

static int Smoke()
{
    var once = Job.Dry.WithToolchain(InProcessEmitToolchain.Instance);
    return Worked(BenchmarkRunner.Run(typeof(Program).Assembly, DefaultConfig.Instance.AddJob(once)));
}

static int Measure(string[] args) => Worked(BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args));

static int Worked(IEnumerable<BenchmarkDotNet.Reports.Summary> summaries)
{
    var all = summaries.ToArray();
    return all.Length > 0 && all.All(static s => !s.HasCriticalValidationErrors && s.Reports.All(static r => r.Success)) ? 0 : 1;
}
