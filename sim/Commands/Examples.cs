using System.CommandLine;

namespace HA.Core.Sim.Commands;

/// <summary>Examples of each command, for its help.</summary>
internal static class Examples
{
    internal static string? Of(Command command) => command.Name switch
    {
        "list" => "  ha-sim list\n  ha-sim list --json",
        "run" =>
            """
              ha-sim run instance-crash --seed 7
              ha-sim run instance-crash --balancer round-robin --set service.instances=12 --set faults[0].at=5s
              ha-sim run my-scenario.yaml --json report.json --trace run.trace
              ha-sim run zone-outage --config appsettings.json --service payments
              ha-sim run my-scenario.yaml --junit results.xml --markdown report.md
              ha-sim run zone-outage --json - | jq .failed
            """,
        "replay" =>
            """
              ha-sim replay instance-crash --seed 7 --until 5.5s
              ha-sim run zone-outage --json run.json; ha-sim replay run.json --until 12s
            """,
        "explain" => "  ha-sim explain slow-instance --seed 7 --call 6000\n  ha-sim explain run.json --call 12 --json -",
        "compare" =>
            """
              ha-sim compare slow-instance
              ha-sim compare slow-instance --balancers round-robin,p2c,failure-aware --seeds 20 --baseline round-robin
              ha-sim compare steady-state --balancers p2c,p2c
              ha-sim compare steady-state --set client.count=40 --set traffic.load=0.9 --json -
            """,
        "verify-compare" => "  ha-sim verify-compare\n  ha-sim verify-compare slow-instance --balancer failure-aware --repetitions 20",
        "choose" =>
            """
              ha-sim choose
              ha-sim choose slow-instance zone-outage my-scenario.yaml --balancers round-robin,p2c,failure-aware --markdown choice.md
            """,
        "tune" =>
            """
              ha-sim tune slow-instance --set client.calls.attemptTimeout=50ms..2s --set client.calls.maxAttempts=1..5 --target 'success>=0.999'
              ha-sim tune gray-failure --set client.health.failureThreshold=2..20 --target 'failed <= 0' --target 'p99 <= 100ms' --tries 20
            """,
        "verify-theory" =>
            """
              ha-sim verify-theory
              ha-sim verify-theory --only mm1-0.8,controls/md1-is-not-mm1
              ha-sim verify-theory my-experiment.yaml --seed 100
            """,
        "explore" =>
            """
              ha-sim explore --seeds 1000
              ha-sim explore --minutes 10 --seeds 1000000 --save findings
              ha-sim explore --seeds 1 --first-seed 4711 --perturb --json -
            """,
        "reproduce" => "  ha-sim reproduce\n  ha-sim reproduce --only linkerd,stale",
        "doctor" => "  ha-sim doctor\n  ha-sim doctor instance-crash flapping --seed 7",
        "live" => "  ha-sim live\n  ha-sim live --instances 5 --seconds 30 --rate 500 --json -\n  ha-sim live --registry redis --kill-registry",
        _ when command is RootCommand =>
            """
              ha-sim                            the tour: every built-in scenario, then a table
              ha-sim list                       what there is
              ha-sim run instance-crash         one scenario
              ha-sim run my-scenario.yaml       one of your own
              ha-sim compare slow-instance      one scenario, every balancer
              ha-sim choose                     which balancer when
              ha-sim verify-theory              the simulator against queueing theory
              ha-sim explore                    random systems and faults, the smallest failure of each kind
              ha-sim doctor                     the same seed gives the same bytes, in every process
              ha-sim live                       real sockets, real processes, one of them killed
            """,
        _ => null,
    };
}
