using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Client;

/// <summary>What breaks the rules of its contracts must not leak load either.</summary>
public class ServiceClientTests
{
    private sealed class Broken(bool transport) : ITransport<string, string>, IOutcomeClassifier<string>
    {
        public ValueTask<AttemptResult<string>> SendAsync(Endpoint endpoint, string request, AttemptContext attempt) => transport
            ? throw new InvalidOperationException("broken transport")
            : ValueTask.FromResult(AttemptResult<string>.Answered("answer"));

        public OutcomeKind Classify(string response) => throw new InvalidOperationException("broken classifier");

        public string Describe(string response) => response;
    }

    [Theory]
    [InlineData(true, "broken transport")]
    [InlineData(false, "broken classifier")]
    public async Task Send_ContractBroken_ThrowsAndReleases(bool transport, string message)
    {
        var environment = new ManualEnvironment();
        var pool = new ServicePool(Orders.Service, environment);
        pool.Apply(Orders.Catalog(1));
        var broken = new Broken(transport);
        var client = new ServiceClient<string, string>(pool, broken, broken, environment);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => environment.Start(() => client.SendAsync("x", default, CancellationToken.None).AsTask()));
        Assert.Equal(message, error.Message);
        Assert.Equal(0, pool.Snapshot.All.Single().InFlight);
    }
}
