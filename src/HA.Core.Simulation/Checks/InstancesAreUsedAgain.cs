using System.Runtime.InteropServices;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Checks;

/// <summary>Liveness: a while after everything has been put right, every instance that runs gets its part of the calls.</summary>
/// <remarks>
/// Its part is not its exact share, which is the policy's affair, but a tenth of it, and no more than five times of it; where all
/// take turns, it is the share but for a quarter. A policy
/// that remembers how slow or how bad an instance was may avoid it for longer: there it is a single call, in a quiet of a minute.
/// </remarks>
internal sealed class InstancesAreUsedAgain(World world) : QuietCheck(world)
{
    private const double Least = 0.1;
    private const double Most = 5;
    private const double TurnsMayDiffer = 0.25;
    // So many calls that chance alone does not bring an instance below a tenth of them.
    private const int EnoughCalls = 60;

    // By their numbers, which are quicker to look up than the instances themselves.
    private readonly Dictionary<int, long> _attempts = [];

    internal override string Name => "instancesAreUsedAgain";

    internal override string Law => "a while after the last fault, every instance gets calls again, and none gets nearly all";

    internal override Interest Interest => Interest.AttemptStarted;

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (instance is null || !IsQuiet()) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_attempts, instance.Number, out _)++;
    }

    internal override void AtEnd()
    {
        var attempts = _attempts.Values.Sum();
        if (attempts == 0 || !IsRoomy(attempts)) return;
        // What a textbook prescribes is its own affair, and so are calls of the same key or of one batch.
        if (World.Scenario.Client.Textbook is not null || World.Scenario.Traffic is not { Keys: 0, Batch: 1 }) return;
        var running = World.Instances.FindAll(static i => i.WantsCalls).ConvertAll(static i => i.Instance);
        var weights = running.Sum(static i => i.Description.Weight);
        var remembers = World.Scenario.Client.RemembersThePast;
        // Hedges go to who is free, and not to whose turn it is.
        var takesTurns = World.Scenario.Client.Calls.Hedging is null
            && World.Scenario.Client.Policy is "round-robin" or "relaxed-round-robin" or "weighted-round-robin";
        var least = remembers ? double.Epsilon : takesTurns ? 1 - TurnsMayDiffer : Least;
        var most = takesTurns ? 1 + TurnsMayDiffer : Most;
        if (remembers && Length < ClientModel.TimeToForget) return;
        foreach (var instance in running)
        {
            // Policies may look at weights or not.
            var fair = attempts / (double)running.Count;
            var weighted = weights == 0 ? fair : attempts * (double)instance.Description.Weight / weights;
            var got = _attempts.GetValueOrDefault(instance.Number);
            if (Math.Min(fair, weighted) >= EnoughCalls && got < least * Math.Min(fair, weighted))
                Violate($"{instance.Description.Id} got {got} of {attempts} attempts in the quiet");
            if (fair >= EnoughCalls && got > most * Math.Max(fair, weighted))
                Violate($"{instance.Description.Id} got {got} of {attempts} attempts in the quiet");
        }
    }

    protected override void Begin() => _attempts.Clear();
}
