using System.Net;
using HA.Core.Http;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public class HaServiceClientTests
{
    private sealed record Order(int Id, string Text);

    private readonly ManualEnvironment _environment = new();

    private HaServiceClient Client(StubHandler network)
    {
        var registry = new InMemoryRegistry(_environment);
        _ = _environment.Start(() => registry.RegisterAsync(
            Orders.Instance(1), new RegistrationTerms("o", TimeSpan.FromDays(1), TakeOver: true), CancellationToken.None).AsTask());
        return new HaServiceClient(registry, environment: _environment, transport: network);
    }

    private static StubHandler Network(HttpStatusCode status, string body = "")
    {
        StubHandler network = null!;
        network = new StubHandler((_, _) => network.Answer(status, body));
        return network;
    }

    [Fact]
    public async Task Get_Json_IsRead()
    {
        var network = Network(HttpStatusCode.OK, """{"id":7,"text":"seven"}""");
        var client = Client(network);
        Assert.Equal(new Order(7, "seven"), await _environment.Start(() => client.GetAsync<Order>("orders", "/7?full=1")));
        Assert.Equal("http://10.0.0.2:8080/7?full=1", Assert.Single(network.Requests).RequestUri!.AbsoluteUri);
        Assert.Equal(0, client.PoolOf("orders").Snapshot.All.Single().InFlight);
    }

    [Fact]
    public async Task PostAndPut_Json_GoBothWays()
    {
        var network = Network(HttpStatusCode.Created, """{"id":8,"text":"eight"}""");
        var client = Client(network);
        Assert.Equal(8, (await _environment.Start(() => client.PostAsync<Order, Order>("orders", "", new(1, "one"))))!.Id);
        Assert.Equal(8, (await _environment.Start(() => client.PutAsync<Order, Order>("orders", "1", new(2, "two"))))!.Id);
        Assert.Equal(["""{"id":1,"text":"one"}""", """{"id":2,"text":"two"}"""], network.Bodies);
        Assert.Equal(["POST", "PUT"], network.Requests.Select(static r => r.Method.Method));
    }

    [Fact]
    public async Task Delete_NoContent_Succeeds()
    {
        var network = Network(HttpStatusCode.NoContent);
        var client = Client(network);
        await _environment.Start(() => client.DeleteAsync("orders", "1"));
        Assert.Equal("DELETE", Assert.Single(network.Requests).Method.Method);
    }

    [Fact]
    public async Task Put_NoContentOfUnknownLength_IsNoAnswer()
    {
        var client = Client(Network(HttpStatusCode.NoContent));
        Assert.Null(await _environment.Start(() => client.PutAsync<Order, Order>("orders", "1", new(2, "two"))));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Get_NoSuccess_ThrowsWithTheStatusAndReleases(HttpStatusCode status)
    {
        var client = Client(Network(status, "oh"));
        var call = _environment.Start(() => client.GetAsync<Order>("orders", "1"));
        _environment.AdvanceInSteps(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        Assert.Equal(status, (await Assert.ThrowsAsync<HttpRequestException>(() => call)).StatusCode);
        Assert.Equal(0, client.PoolOf("orders").Snapshot.All.Single().InFlight);
    }

    [Theory]
    [InlineData("Orders")]
    [InlineData("orders/../users")]
    [InlineData("orders@evil.example")]
    [InlineData("127")]
    public async Task Get_BadServiceName_IsAnArgumentException(string service)
    {
        var client = Client(Network(HttpStatusCode.OK));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<Order>(service, "/"));
    }
}
