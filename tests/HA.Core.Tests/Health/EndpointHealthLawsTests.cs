using FsCheck.Fluent;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>What holds for any calls, outcomes and times.</summary>
public class EndpointHealthLawsTests
{
    private const int Permits = 2;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    // Failures most of all, or nothing would ever be ejected.
    private static readonly OutcomeKind[] Kinds =
    [
        OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Success, OutcomeKind.Success,
        OutcomeKind.Overload, OutcomeKind.Ignored,
    ];

    [Fact]
    public void State_AnyHistory_KeepsTheLaws() => Prop.ForAll<int[]>(static numbers =>
    {
        var rig = new HealthRig(HealthRig.Defaults with { ProbePermits = Permits, ProbesToRestore = 2, ProbeTimeout = ProbeTimeout });
        var open = new List<(long Ticket, TimeSpan At, int Turn)>();
        int turn = 0, step = 0;
        foreach (var small in numbers)
        {
            // Generated numbers are small; their bits must not be.
            var number = (int)(StableHash.Mix((ulong)(small + (1000 * ++step))) & int.MaxValue);
            var before = rig.Health;
            var evidence = false;
            var time = false;
            switch (number % 4)
            {
                case 0:
                    rig.Environment.Advance(TimeSpan.FromMilliseconds(number % 7000));
                    time = true;
                    break;
                case 1 when open.Count > 0:
                    var place = number / 4 % open.Count;
                    var kind = Kinds[number / 64 % Kinds.Length];
                    rig.Record(kind, open[place].Ticket);
                    open.RemoveAt(place);
                    evidence = kind is not OutcomeKind.Ignored;
                    if (kind == OutcomeKind.Ignored && rig.Health != before) return false;
                    if (rig.Health == EndpointHealth.Healthy && before != rig.Health && kind == OutcomeKind.Failure) return false;
                    if (rig.Health == EndpointHealth.Unhealthy && before != rig.Health && kind != OutcomeKind.Failure) return false;
                    break;
                default:
                    if (rig.TryEnter(out var ticket)) open.Add((ticket, rig.Environment.Clock.Elapsed, turn));
                    break;
            }

            // Time leads from ejection to probation and nowhere else; entering leads nowhere.
            var after = rig.Health;
            if (after != before && !evidence && !(time && before == EndpointHealth.Unhealthy && after == EndpointHealth.Probing)) return false;
            if (after != before) turn++;
            if (after != EndpointHealth.Probing) continue;
            var now = rig.Environment.Clock.Elapsed;
            // Those of this probation who still hold a permit in time.
            var trying = open.Count(o => HalfOpenGate.HasPermit(o.Ticket) && now - o.At < ProbeTimeout && o.Turn == turn);
            if (trying > Permits) return false;
        }

        return true;
    }).Check(3000);
}
