using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Tests.Quality;

/// <summary>What an instance that joins twenty others gets of the calls, counted by each client from when it knows of it.</summary>
public sealed class NewcomerTests
{
    private const string Newcomer = "orders-21";

    // In a tenth of a second there are 19 calls for it: of so few, chance alone makes 30 or 10. So runs are put together.
    private const int Runs = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void FailureAware_Joiner_IsNeitherFloodedNorForgotten(int clients)
    {
        var scale = new ScaleFault { At = TimeSpan.FromSeconds(10), To = 21 };
        var runs = Enumerable.Range(1, Runs).Select(seed => SinceItIsKnown(Fleet.Attempts(Fleet.Of(20, 0.5, 11.2, clients: clients, faults: scale), (ulong)seed))).ToArray();
        Assert.InRange(Share(0, 0.1), 0.3, 1.2);
        Assert.InRange(Share(0.1, 0.3), 0.6, 1.2);
        Assert.InRange(Share(0.3, 1), 0.8, 1.2);

        double Share(double from, double to)
        {
            var calls = runs.SelectMany(static r => r).Where(c => c.Seconds >= from && c.Seconds < to).ToList();
            return 21.0 * calls.Count(static c => c.Instance == Newcomer) / calls.Count;
        }
    }

    private static List<(double Seconds, string Instance)> SinceItIsKnown(List<(TimeSpan At, string Client, string? Instance)> attempts)
    {
        var known = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var since = new List<(double, string)>();
        foreach (var (at, client, instance) in attempts)
        {
            // Clients took their first catalogs long before.
            if (instance is null && at > TimeSpan.FromSeconds(10)) known.TryAdd(client, at);
            else if (instance is not null && known.TryGetValue(client, out var from)) since.Add(((at - from).TotalSeconds, instance));
        }

        return since;
    }
}
