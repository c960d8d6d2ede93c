using HA.Core.Http;

namespace HA.Core.Tests.Http;

public class AddressCacheTests
{
    [Fact]
    public void Of_TheSameAgain_IsNotMadeAgain()
    {
        var cache = new AddressCache();
        var first = cache.Of("http://10.0.0.1:8080", "/orders/7?q=a%2Fb");
        Assert.Equal("http://10.0.0.1:8080/orders/7?q=a%2Fb", first.AbsoluteUri);
        Assert.Same(first, cache.Of("http://10.0.0.1:8080", "/orders/7?q=a%2Fb"));
    }

    [Fact]
    public void Of_OtherInstanceOrPath_IsAnotherAddress()
    {
        var cache = new AddressCache();
        cache.Of("http://10.0.0.1:8080", "/orders/7");
        Assert.Equal("http://10.0.0.2:8080/orders/7", cache.Of("http://10.0.0.2:8080", "/orders/7").AbsoluteUri);
        Assert.Equal("http://10.0.0.1:8080/orders/8", cache.Of("http://10.0.0.1:8080", "/orders/8").AbsoluteUri);
        Assert.Equal("https://10.0.0.1:8080/orders/7", cache.Of("https://10.0.0.1:8080", "/orders/7").AbsoluteUri);
    }

    // Far more addresses than places, so that every place is fought for.
    [Fact]
    public void Of_MoreAddressesThanPlaces_NeverMixesThemUp()
    {
        var cache = new AddressCache();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 20_000; i++)
            {
                var (origin, path) = ($"http://10.0.{i % 7}.{i % 11}:80{i % 3}", $"/orders/{i % 9_973}");
                Assert.Equal(origin + path, cache.Of(origin, path).OriginalString);
            }
        }
    }

    // 1000 addresses in 4096 places leave nobody else at theirs for some 780 of them.
    [Theory]
    [InlineData("/orders")]
    [InlineData("/o")]
    [InlineData("/orders/17/lines?from=3")]
    public void Of_ManyInstances_MostKeepTheirPlaces(string path)
    {
        var cache = new AddressCache();
        var origins = Enumerable.Range(0, 1000).Select(static i => $"http://10.0.{i / 250}.{i % 250}:8080").ToArray();
        var first = Array.ConvertAll(origins, origin => cache.Of(origin, path));
        Assert.InRange(origins.Where((origin, i) => ReferenceEquals(first[i], cache.Of(origin, path))).Count(), 700, 1000);
    }

    [Fact]
    public void Of_VeryLong_IsMadeButNotKept()
    {
        var cache = new AddressCache();
        var path = "/" + new string('a', 300);
        var first = cache.Of("http://10.0.0.1:8080", path);
        Assert.Equal("http://10.0.0.1:8080" + path, first.AbsoluteUri);
        Assert.NotSame(first, cache.Of("http://10.0.0.1:8080", path));
    }

    [Fact]
    public async Task Of_ManyThreads_EachGetsItsOwn()
    {
        var cache = new AddressCache();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                var path = $"/{thread}/{i % 3_000}";
                Assert.Equal("http://10.0.0.1:8080" + path, cache.Of("http://10.0.0.1:8080", path).OriginalString);
            }
        })));
    }
}
