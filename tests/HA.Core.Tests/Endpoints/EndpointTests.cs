using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class EndpointTests
{
    private sealed class RecordingMonitor(Endpoint endpoint) : EndpointMonitor
    {
        public List<(OutcomeKind Kind, long Ticket, int InFlight)> Records { get; } = [];

        internal override bool TryEnter(out long ticket)
        {
            ticket = 42;
            return true;
        }

        internal override long EnterAnyway() => 7;

        internal override void Record(in CallOutcome outcome, long ticket) => Records.Add((outcome.Kind, ticket, endpoint.InFlight));
    }

    [Fact]
    public void New_NothingKnown_IsHealthyAndIdle()
    {
        var endpoint = new Endpoint(Orders.Instance(1));
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
        Assert.Equal(0, endpoint.InFlight);
        Assert.Equal("orders/orders-001 (http://10.0.0.2:8080) Healthy, 0 in flight", endpoint.ToString());
    }

    [Fact]
    public void InFlight_ManyThreads_CountsExactly()
    {
        var endpoint = new Endpoint(Orders.Instance(1));
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                endpoint.Enter();
                if (endpoint.InFlight < 1) throw new InvalidOperationException("A call is missing.");
                endpoint.Leave();
            }

            endpoint.Enter();
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(8, endpoint.InFlight);
    }

    [Fact]
    public void Lease_RecordThenRelease_KeepsItBusyBetween()
    {
        var endpoint = new Endpoint(Orders.Instance(1));
        var monitor = new RecordingMonitor(endpoint);
        endpoint.Monitor = monitor;
        endpoint.Enter();
        var lease = new EndpointLease(endpoint, 42);
        lease.Record(new CallOutcome(OutcomeKind.Failure, TimeSpan.Zero, 0));
        Assert.Equal(1, endpoint.InFlight);
        lease.Release();
        Assert.Equal(0, endpoint.InFlight);
        Assert.Equal((OutcomeKind.Failure, 42, 1), Assert.Single(monitor.Records));
    }

    [Fact]
    public void Lease_Complete_ReleasesBeforeItRecords()
    {
        var endpoint = new Endpoint(Orders.Instance(1));
        var monitor = new RecordingMonitor(endpoint);
        endpoint.Monitor = monitor;
        endpoint.Enter();
        new EndpointLease(endpoint, 42).Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
        Assert.Equal((OutcomeKind.Success, 42, 0), Assert.Single(monitor.Records));
    }
}
