using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client makes no more retries than its budget allows for the calls it made.</summary>
/// <remarks>Failing over from an instance that the request never reached costs nothing, so those attempts are not counted.</remarks>
internal sealed class RetriesStayInBudget(World world) : SimulationCheck
{
    private readonly PerClient<Account> _accounts = new();

    internal override string Name => "retriesStayInBudget";

    internal override string Law
    {
        get
        {
            var calls = world.Scenario.Client.Calls;
            return FormattableString.Invariant(
                $"each client makes at most {calls.RetryReserve} retries and {calls.RetryShare:0.####} for each call");
        }
    }

    internal override Interest Interest => Interest.CallStarted | Interest.AttemptStarted | Interest.AttemptEnded;

    internal override void CallStarted(VirtualClient client, long call) => _accounts[client].Calls++;

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        var account = _accounts[client];
        account.Attempts++;
        var retries = account.Attempts - account.Calls - account.NeverSent;
        var options = world.Scenario.Client.Calls;
        if (retries > 0 && retries > Math.Floor((options.RetryShare * account.Calls) + 1e-6) + options.RetryReserve)
            Violate($"at {world.Simulation.Now} {client.Name} made {retries} retries in {account.Calls} calls");
    }

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (outcome.IsLocal) _accounts[client].NeverSent++;
    }

    private sealed class Account
    {
        internal long Calls { get; set; }

        internal long Attempts { get; set; }

        internal long NeverSent { get; set; }
    }
}
