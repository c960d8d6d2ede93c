using System.Net;
using System.Net.Http.Json;
using HA.Core.Http;

namespace HA.Core.Tests.Http;

public class RequestCopyTests
{
    private static ServiceInstance Instance(string address = "10.0.0.5", int port = 8080, string scheme = "http") =>
        new("orders", "a", address, port) { Scheme = scheme };

    [Theory]
    [InlineData("http", "http", 8080, "http://10.0.0.5:8080/a%2Fb?q=1")]
    [InlineData("http", "https", 8443, "https://10.0.0.5:8443/a%2Fb?q=1")]
    [InlineData("https", "http", 8080, "https://10.0.0.5:8080/a%2Fb?q=1")]
    [InlineData("https", "https", 443, "https://10.0.0.5/a%2Fb?q=1")]
    // The port is the instance's, whatever the scheme makes of it.
    [InlineData("https", "http", 80, "https://10.0.0.5:80/a%2Fb?q=1")]
    [InlineData("http", "http", 80, "http://10.0.0.5/a%2Fb?q=1")]
    public void For_Schemes_NeverDowngrades(string asked, string spoken, int port, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{asked}://orders/a%2Fb?q=1#part");
        Assert.Equal(expected, RequestCopy.For(Instance(port: port, scheme: spoken), request, new AddressCache()).RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void For_IPv6_IsInBrackets()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/");
        Assert.Equal("http://[::1]:8080/", RequestCopy.For(Instance("::1"), request, new AddressCache()).RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void For_Everything_IsCopiedAndTheCallersIsUntouched()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://orders/x")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("body"),
        };
        request.Headers.Add("X-Many", ["1", "2"]);
        request.Headers.TryAddWithoutValidation("User-Agent", "odd (((agent");
        request.Options.Set(new HttpRequestOptionsKey<string>("key"), "value");

        var copy = RequestCopy.For(Instance(), request, new AddressCache());
        Assert.Equal(HttpMethod.Post, copy.Method);
        Assert.Equal(HttpVersion.Version20, copy.Version);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, copy.VersionPolicy);
        Assert.Same(request.Content, copy.Content);
        Assert.Equal(["1", "2"], copy.Headers.GetValues("X-Many"));
        Assert.Equal("odd (((agent", copy.Headers.NonValidated["User-Agent"].ToString());
        Assert.True(copy.Options.TryGetValue(new HttpRequestOptionsKey<string>("key"), out var value) && value == "value");
        Assert.Equal("http://orders/x", request.RequestUri!.AbsoluteUri);
        Assert.NotSame(request, copy);
    }

    [Fact]
    public void IsReplayable_Contents_DependsOnTheirSource()
    {
        Assert.True(RequestCopy.IsReplayable(null));
        Assert.True(RequestCopy.IsReplayable(new StringContent("x")));
        Assert.True(RequestCopy.IsReplayable(new FormUrlEncodedContent([])));
        Assert.True(RequestCopy.IsReplayable(new ReadOnlyMemoryContent(new byte[1])));
        Assert.True(RequestCopy.IsReplayable(JsonContent.Create(1)));
        Assert.False(RequestCopy.IsReplayable(new StreamContent(Stream.Null)));
        Assert.True(RequestCopy.IsReplayable(new MultipartContent { new StringContent("x") }));
        Assert.False(RequestCopy.IsReplayable(new MultipartContent { new StringContent("x"), new StreamContent(Stream.Null) }));
    }
}
