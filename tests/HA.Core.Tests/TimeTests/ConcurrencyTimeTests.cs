using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

public sealed class ConcurrencyTimeTests
{
    private const int Callers = 120;
    private const double BaseMs = 40;

    [Theory]
    [InlineData(20, 20, 5)]
    [InlineData(20, 10, 5)]
    [InlineData(10, 20, 5)]
    [InlineData(40, 20, 5)]
    [InlineData(10, 10, 20)]
    [InlineData(10, 10, 100)]
    [InlineData(20, 10, 100)]
    public void CapacityChanges_LimitIsRightWithinTenSeconds(int before, int after, int initial) => Stage.RunSeeds(3, async stage =>
    {
        var (limit, goodput) = await LimitOfAsync(stage, before, after, new ConcurrencyOptions { InitialLimit = initial });
        Assert.InRange(limit, RightLimit(after) * 0.8, RightLimit(after) * 1.2);
        // Calls that are done for each that the endpoint could do.
        Assert.InRange(goodput, 0.9, 1.05);
    });

    // As many as it serves at once, times the latency that is tolerated, and room for a short queue.
    private static double RightLimit(int capacity)
    {
        double limit = capacity;
        for (var i = 0; i < 50; i++) limit = (capacity * new ConcurrencyOptions().Tolerance) + Math.Sqrt(limit);
        return limit;
    }

    // More callers than it bears want an endpoint that serves so many at once and, when the limit has settled, another number.
    private static async Task<(double Limit, double Goodput)> LimitOfAsync(
        Stage stage, int before, int after, ConcurrencyOptions options)
    {
        var pool = new ServicePool(Stage.Service, stage.Environment);
        pool.Apply(Stage.Catalog(1, 1));
        var server = new Server(stage.Environment.Time) { Capacity = before };
        var client = new ServiceClient<int, bool>(
            pool, server, new AllGood(), stage.Environment, new CallOptions { Concurrency = options });
        var isOver = false;
        var callers = Enumerable.Range(0, Callers).Select(_ => CallUntilAsync(() => isOver, client, stage)).ToArray();
        await stage.AdvanceAsync(60);
        server.Capacity = after;
        await stage.AdvanceAsync(10);
        var (busy, done) = (0.0, server.Done);
        for (var i = 0; i < 100; i++)
        {
            await stage.AdvanceAsync(0.02);
            busy += server.InFlight;
        }

        var goodput = (server.Done - done) / (2 * after * 1000 / BaseMs);
        isOver = true;
        await Task.WhenAll(callers);
        await pool.DisposeAsync();
        return (busy / 100, goodput);
    }

    private static async Task CallUntilAsync(Func<bool> isOver, ServiceClient<int, bool> client, Stage stage)
    {
        while (!isOver())
        {
            var result = await client.SendAsync(1, default, default);
            if (result.Status == CallStatus.Refused) await stage.AdvanceAsync(0.01);
        }
    }

    /// <summary>Serves so many at once without delay; more make each other wait.</summary>
    private sealed class Server(TimeProvider time) : ITransport<int, bool>
    {
        internal int Capacity { get; set; }

        internal int InFlight { get; private set; }

        internal int Done { get; private set; }

        public async ValueTask<AttemptResult<bool>> SendAsync(Endpoint endpoint, int request, AttemptContext attempt)
        {
            InFlight++;
            await time.DelayAsync(TimeSpan.FromMilliseconds(BaseMs * Math.Max(1, InFlight / (double)Capacity)), default);
            InFlight--;
            Done++;
            return AttemptResult<bool>.Answered(true);
        }
    }

    private sealed class AllGood : IOutcomeClassifier<bool>
    {
        public OutcomeKind Classify(bool response) => OutcomeKind.Success;

        public string Describe(bool response) => "";
    }
}
