namespace HA.Core.Simulation.Scenarios;

/// <summary>What traffic must be to be simulated.</summary>
internal static class TrafficRules
{
    private const int MaxBatch = 1_000_000;
    private const int MaxKeys = 10_000_000;
    private const int MaxUsers = 1_000_000;

    internal static void Check(TrafficModel traffic)
    {
        Require(traffic.Batch is >= 1 and <= MaxBatch, "batch", $"must be 1 to {MaxBatch}");
        Require(traffic.Keys is >= 0 and <= MaxKeys, "keys", $"must be 0 to {MaxKeys}");
        Require(traffic.Users is >= 1 and <= MaxUsers, "users", $"must be 1 to {MaxUsers}");
        var isOpen = traffic.Process is ArrivalProcess.Poisson or ArrivalProcess.Paced;
        Require(isOpen || traffic.Batch == 1, "batch", "goes with process poisson or paced");
        Require(isOpen || traffic.Changes.IsEmpty, "changes", "go with process poisson or paced");
        if (traffic.Process == ArrivalProcess.Recorded)
        {
            Require(!traffic.Gaps.IsEmpty, "gaps", "must hold at least one distance, such as [10ms, 3ms], if the process is recorded");
            Require(traffic.Gaps.Any(static g => g > TimeSpan.Zero), "gaps", "must not all be zero: time would stand still");
        }

        for (var i = 0; i < traffic.Changes.Length; i++) CheckChange(traffic, i);
    }

    // About as many as will arrive, so that a slip of the finger is told before it runs for hours.
    internal static double MostCalls(Scenario scenario)
    {
        var (traffic, seconds) = (scenario.Traffic, scenario.Duration.TotalSeconds);
        return traffic.Process switch
        {
            ArrivalProcess.Closed => traffic.Users * seconds / (traffic.Think.MeanSeconds + scenario.Service.ServiceTime.MeanSeconds),
            ArrivalProcess.Recorded => seconds / traffic.Gaps.Average(static g => g.TotalSeconds) * scenario.Client.Count,
            _ => traffic.Changes.Select(static c => c.Rate)
                .Append(traffic.Rate ?? traffic.Load * scenario.Service.CapacityPerSecond).Max() * seconds,
        };
    }

    private static void CheckChange(TrafficModel traffic, int index)
    {
        var (change, place) = (traffic.Changes[index], $"changes[{index}]");
        Require(change.Rate is >= 0 and <= 1e9, $"{place}.rate", "must be 0 to 1000000000");
        Require(change.At >= TimeSpan.Zero && change.Over >= TimeSpan.Zero, place, "must not be before the start");
        if (index == 0) return;
        var before = traffic.Changes[index - 1];
        Require(change.At >= before.At + before.Over, $"{place}.at", "must not be before the end of the change that is listed before it");
    }

    private static void Require(bool isRight, string key, string rule)
    {
        if (!isRight) throw new ScenarioException($"traffic.{key}", rule);
    }
}
