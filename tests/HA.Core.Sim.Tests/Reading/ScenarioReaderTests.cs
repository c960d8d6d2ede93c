using System.Text;
using HA.Core.Health;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Tests.Reading;

public sealed class ScenarioReaderTests
{
    [Theory]
    [InlineData("name: a\nservice:\n  instanses: 3", "f.yaml(3,3): unknown key 'instanses' in service; did you mean 'instances'?")]
    [InlineData("name: a\nsrvice: {}", "f.yaml(2,1): unknown key 'srvice' in the scenario; did you mean 'service'?")]
    [InlineData("name: a\nnetwork: { bandwidth: 3 }", "f.yaml(2,12): unknown key 'bandwidth' in network; the keys are: latency")]
    [InlineData("title: a", "f.yaml(1,1): 'name' is missing in the scenario: Short name, as typed on a command line.")]
    [InlineData("name: a\nservice: 3", "f.yaml(2,10): service must be a map with keys such as name, not '3'")]
    [InlineData("name: a\nservice: { instances: many }", "f.yaml(2,23): service.instances must be a whole number, not 'many'")]
    [InlineData("name: a\nservice: { instances: \"3\" }", "f.yaml(2,23): service.instances must be a whole number, not the text \"3\"")]
    [InlineData("name: a\nservice: { instances: }", "f.yaml(2,23): service.instances must be a whole number, not nothing")]
    [InlineData("name: a\nservice: { zones: a }", "f.yaml(2,19): service.zones must be a list such as [a, b, c], not 'a'")]
    [InlineData("name: a\nduration: 5 parsecs", "f.yaml(2,11): duration must be a duration such as 250us, 10ms, 1.5s or 2m, not '5 parsecs'")]
    [InlineData("name: a\ntraffic: { process: bursty }", "f.yaml(2,21): traffic.process must be poisson or paced or recorded or closed, not 'bursty'")]
    [InlineData("name: a\ntraffic: { load: NaN }", "f.yaml(2,18): traffic.load must be a number, not 'NaN'")]
    [InlineData("name: a\nclient: { activeChecks: yes }", "f.yaml(2,25): client.activeChecks must be true or false, not 'yes'")]
    [InlineData("name: a\nclient: { balancer: round-robbin }", "f.yaml(2,21): client.balancer: 'round-robbin' is no balancer; did you mean 'round-robin'?")]
    [InlineData("name: a\nclient: { health: { fall: 0 } }", "f.yaml(2,27): client.health.fall must be at least 1")]
    [InlineData("name: a\nservice: { serviceTime: { distribution: exponental, mean: 1ms } }", "f.yaml(2,41): 'exponental' is no distribution of a distribution; did you mean 'exponential'?")]
    [InlineData("name: a\nservice: { serviceTime: { mean: 1ms } }", "f.yaml(2,25): 'distribution' is missing in a distribution; the distributions are: constant, exponential, uniform, normal, lognormal, bimodal, pareto, hyperexponential, empirical")]
    [InlineData("name: a\nservice: { serviceTime: { distribution: exponential } }", "f.yaml(2,25): 'mean' is missing in 'exponential': The mean.")]
    [InlineData("name: a\nservice: { serviceTime: { distribution: uniform, min: 5ms, max: 1ms } }", "f.yaml(2,25): service.serviceTime: It is below the lower bound, 00:00:00.0050000")]
    [InlineData("name: a\nfaults:\n  - { kind: crsh, at: 1s }", "f.yaml(3,13): 'crsh' is no kind of a fault; did you mean 'crash'?")]
    [InlineData("name: a\nfaults:\n  - { kind: crash, at: 1s, factor: 2 }", "f.yaml(3,28): unknown key 'factor' in 'crash'; the keys are: kind, at, for, target")]
    [InlineData("name: a\nfaults:\n  - { kind: crash, at: 1s, target: some }", "f.yaml(3,36): faults[0].target there is no instance 'some'; there are orders-1 to orders-3")]
    [InlineData("name: a\nfaults:\n  - { kind: crash, at: 1s, target: \"?\" }", "f.yaml(3,36): faults[0].target: '?' is no target. Use all, one, half, a share such as 40%, zone:NAME, or instance ids such as orders-1,orders-2.")]
    [InlineData("name: a\nduration: 10s\nfaults:\n  - { kind: crash, at: 11s }", "f.yaml(4,24): faults[0].at must be within the duration of the scenario")]
    [InlineData("name: a\nexpect:\n  - fialed <= 0", "f.yaml(3,5): expect[0]: 'fialed' is no metric; did you mean 'failed'?")]
    [InlineData("name: a\nexpect: [ nothing ]", "f.yaml(2,11): expect[0]: 'nothing' is no expectation. Write a metric, one of < <= == >= >, and a value, such as: failed <= 0")]
    [InlineData("name: a\nname: b", "f.yaml(2,1): the key 'name' stands here a second time; the first is at line 1")]
    [InlineData("name: &x a\ntitle: b", "f.yaml(1,7): anchors (&x) are not read; leave it out")]
    [InlineData("name: !!str a", "f.yaml(1,7): tags (tag:yaml.org,2002:str) are not read; leave it out")]
    [InlineData("name: a\n---\nname: b", "f.yaml(2,1): a second document begins here; a scenario is one")]
    [InlineData("", "f.yaml(1,1): the file is empty; a scenario has at least a name")]
    public void Read_SomethingIsWrong_TellsPlaceAndWhatIsRight(string yaml, string problem)
    {
        Assert.Equal(problem, Assert.Throws<BadInputException>(() => Read(yaml)).Problems[0]);
    }

    [Fact]
    public void Read_Alias_IsRefused()
    {
        var problems = Assert.Throws<BadInputException>(() => Read("name: &x a\ntitle: *x")).Problems;

        Assert.Equal("f.yaml(2,8): aliases (*x) are not read; write the value out", problems[1]);
    }

    [Fact]
    public void Read_BrokenYaml_TellsPlace()
    {
        var problem = Assert.Single(Assert.Throws<BadInputException>(() => Read("name: a\ntags: [a, b\nduration: 5s")).Problems);

        Assert.StartsWith("f.yaml(", problem, StringComparison.Ordinal);
        Assert.Contains("this is not YAML", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralProblems_TellsAllInOrder()
    {
        var problems = Assert.Throws<BadInputException>(() => Read("nam: a\nduration: x\nservice: { queue: y }\nexpect: [ z < 1 ]")).Problems;

        string[] places = [.. problems.Select(static p => p[..p.IndexOf(':', StringComparison.Ordinal)])];
        Assert.Equal(["f.yaml(1,1)", "f.yaml(1,1)", "f.yaml(2,11)", "f.yaml(3,19)", "f.yaml(4,11)"], places);
    }

    [Fact]
    public void Read_TooDeep_IsRefusedWhereItBecomesSo()
    {
        var text = $"name: {new string('[', 5000)}{new string(']', 5000)}";

        Assert.Contains("more than 32 deep", Assert.Throws<BadInputException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LargerThanAMebibyte_IsRefused()
    {
        using var file = new TempFile("large.yaml", $"name: a\n# {new string('x', 1 << 20)}");

        Assert.Contains("larger than 1 MiB", Assert.Throws<BadInputException>(() => ScenarioFile.Load(file.Path, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotUtf8_IsRefused()
    {
        using var file = new TempFile("latin.yaml");
        File.WriteAllBytes(file.Path, [.. Encoding.ASCII.GetBytes("name: "), 0xE9]);

        Assert.Contains("not UTF-8", Assert.Throws<BadInputException>(() => ScenarioFile.Load(file.Path, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryKey_ReachesTheModel()
    {
        var scenario = Read(
            """
            name: own
            title: "A title"
            tags: [x, y]
            duration: 2m
            service: { name: shop, instances: 40, work: calls, warmUp: 3s, coldFactor: 7, zones: [a, b, c, d, e], weights: [1, 2], workers: 2, queue: 7, serviceTime: { distribution: lognormal, median: 5ms, p99: 40ms } }
            traffic: { rate: 100, process: paced, idempotentShare: 0.25 }
            client:
              count: 2
              balancer: rr
              seam: http
              activeChecks: false
              calls: { deadline: 3s, attemptTimeout: 1s, maxAttempts: 5, retryShare: 0.1, retryReserve: 9, retryBackoff: 1ms }
              health: { failureThreshold: 4, ejectionTime: 2s, maxEjectionTime: 9s, localFailureThreshold: 6, failureShare: 0, slowCallTime: 1s, slowShare: 0.7, window: 20s, minWindowCalls: 9, outliers: { minEndpoints: 4, minCalls: 7, interval: 3s, deviations: 6, successMargin: 0.2, latencyFactor: 2, latencyMargin: 5ms }, maxEjectedShare: 0.4, allowOneEjection: true, probePermits: 2, probeTimeout: 3s, probesToRestore: 8, panicThreshold: 0.5, checkInterval: 7s, recheckInterval: 1s, unhealthyCheckInterval: 4s, idleCheckInterval: 70s, checkTimeout: 2s, maxConcurrentChecks: 5, rise: 1, fall: 2 }
            network: { latency: { distribution: bimodal, common: 1ms, rare: { distribution: uniform, min: 1ms, max: 2ms }, rareShare: 0.1 } }
            registry: { timeToLive: 9s, watch: { firstBackoff: 1s, maxBackoff: 2s, maxRemovalShare: 0.4, removalHoldTime: 5s } }
            faults:
              - { kind: crash, at: 1s, for: 2s, target: zone:b }
              - { kind: slow, at: 1s, factor: 3, target: 40% }
              - { kind: errors, at: 1s, share: 0.5, fast: true }
              - { kind: lying-checks, at: 1s, target: half }
              - { kind: partition, at: 1s, from: registry, to: clients, bothWays: false }
              - { kind: flap, at: 1s, down: 1s, up: 4s }
              - { kind: rolling-deploy, at: 1s, drain: 1s, down: 4s }
              - { kind: scale, at: 1s, to: 3, drain: 4s }
            expect: [ "failed <= 0", successRate >= 99.9% ]
            """);

        Assert.Equal(("own", "A title", TimeSpan.FromMinutes(2)), (scenario.Name, scenario.Title, scenario.Duration));
        Assert.Equal((40, 5, 2, 2, 7), (scenario.Service.Instances, scenario.Service.Zones.Length, scenario.Service.Weights.Length, scenario.Service.Workers, scenario.Service.Queue));
        Assert.Equal((100.0, ArrivalProcess.Paced, 0.25), (scenario.Traffic.Rate, scenario.Traffic.Process, scenario.Traffic.IdempotentShare));
        Assert.Equal((2, "rr", CallSeam.Http, false), (scenario.Client.Count, scenario.Client.Balancer, scenario.Client.Seam, scenario.Client.ActiveChecks));
        Assert.Equal((5, 0.1, 9), (scenario.Client.Calls.MaxAttempts, scenario.Client.Calls.RetryShare, scenario.Client.Calls.RetryReserve));
        Assert.Equal((4, 2, 0.5, 1, 2), (scenario.Client.Health.FailureThreshold, scenario.Client.Health.ProbePermits, scenario.Client.Health.PanicThreshold, scenario.Client.Health.Rise, scenario.Client.Health.Fall));
        var health = scenario.Client.Health;
        Assert.Equal((6, null, TimeSpan.FromSeconds(1), 0.7, 9), (health.LocalFailureThreshold, health.FailureShare, health.SlowCallTime, health.SlowShare, health.MinWindowCalls));
        Assert.Equal(new OutlierOptions { MinEndpoints = 4, MinCalls = 7, Interval = TimeSpan.FromSeconds(3), Deviations = 6, SuccessMargin = 0.2, LatencyFactor = 2, LatencyMargin = TimeSpan.FromMilliseconds(5) }, health.Outliers);
        Assert.Equal((0.4, true, TimeSpan.FromSeconds(3), 8, 5), (health.MaxEjectedShare, health.AllowOneEjection, health.ProbeTimeout, health.ProbesToRestore, health.MaxConcurrentChecks));
        Assert.Equal((1, 4, 70), (health.RecheckInterval.Seconds, health.UnhealthyCheckInterval.Seconds, (int)health.IdleCheckInterval.TotalSeconds));
        Assert.Equal(WorkOf.Calls, scenario.Service.Work);
        Assert.Equal((TimeSpan.FromSeconds(3), 7), (scenario.Service.WarmUp, scenario.Service.ColdFactor));
        Assert.True(Assert.IsType<ErrorsFault>(scenario.Faults[2]).Fast);
        Assert.Equal(0.00105, scenario.Network.Latency.MeanSeconds, 9);
        Assert.Equal((TimeSpan.FromSeconds(9), 0.4), (scenario.Registry.TimeToLive, scenario.Registry.Watch.MaxRemovalShare));
        string[] kinds = [.. scenario.Faults.Select(static f => f.Kind)];
        Assert.Equal(["crash", "slow", "errors", "lying-checks", "partition", "flap", "rolling-deploy", "scale"], kinds);
        Assert.Equal("zone:b", Assert.IsType<CrashFault>(scenario.Faults[0]).Target.Text);
        Assert.Equal(2, scenario.Expectations.Length);
    }

    [Theory]
    [InlineData("10ms", 0.010)]
    [InlineData("{ distribution: constant, value: 10ms }", 0.010)]
    [InlineData("{ distribution: exponential, mean: 10ms }", 0.010)]
    [InlineData("{ distribution: uniform, min: 5ms, max: 15ms }", 0.010)]
    [InlineData("{ distribution: hyperexponential, mean: 10ms, scv: 4 }", 0.010)]
    [InlineData("{ distribution: empirical, points: [[0, 0], [1, 20ms]] }", 0.010)]
    [InlineData("{ distribution: bimodal, common: 5ms, rare: 55ms, rareShare: 0.1 }", 0.010)]
    public void Read_Distribution_HasItsMean(string text, double mean)
    {
        Assert.Equal(mean, Read($"name: a\nservice: {{ serviceTime: {text} }}").Service.ServiceTime.MeanSeconds, 9);
    }

    [Fact]
    public void Read_DamagedFile_IsReadOrRefusedAndNothingElse()
    {
        var text = File.ReadAllText(Path.Combine(ScenarioLibrary.Folder, "zone-outage.yaml"));
        var random = new Random(1);
        const string Marks = "{}[]:,-\"'&*!|>#%@` \n\t0a";
        for (var i = 0; i < 3000; i++)
        {
            var damaged = text.ToCharArray();
            for (var k = random.Next(1, 6); k > 0; k--) damaged[random.Next(damaged.Length)] = Marks[random.Next(Marks.Length)];
            try
            {
                Read(new string(damaged));
            }
            catch (BadInputException e)
            {
                Assert.All(e.Problems, static p => Assert.StartsWith("f.yaml(", p, StringComparison.Ordinal));
            }
        }
    }

    private static Scenario Read(string yaml) => ScenarioFile.Read(yaml, "f.yaml", []);
}
