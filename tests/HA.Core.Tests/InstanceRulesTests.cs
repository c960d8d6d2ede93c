using System.Collections.Immutable;

namespace HA.Core.Tests;

public class InstanceRulesTests
{
    private static ServiceInstance With(
        string service = "orders", string id = "orders-1", string address = "10.0.0.5", int port = 8080) =>
        new(service, id, address, port);

    [Theory]
    [InlineData("orders")]
    [InlineData("0rders")]
    [InlineData("orders.eu-west_1")]
    public void ServiceName_Usable_IsAccepted(string name) => Assert.Equal(name, With(service: name).Service);

    [Theory]
    [InlineData("")]
    [InlineData("Orders")]
    [InlineData("-orders")]
    [InlineData(".orders")]
    [InlineData("..")]
    [InlineData("orders..eu")]
    [InlineData("orders/eu")]
    [InlineData("../orders")]
    [InlineData("orders%2Feu")]
    [InlineData("orders eu")]
    [InlineData("orders\r\nHost: evil")]
    [InlineData("orders\0")]
    [InlineData("bücher")]
    [InlineData("orders:80")]
    // These are legal names by their letters, but a URI would make an IP address of them.
    [InlineData("127")]
    [InlineData("1.2")]
    [InlineData("0x7f")]
    [InlineData("10.0.0.5")]
    public void ServiceName_Hostile_IsRefused(string name) => Refused(() => With(service: name), "service", "lower-case letters");

    [Fact]
    public void ServiceName_LongestAndLonger_OnlyTheFirstIsAccepted()
    {
        _ = With(service: new string('a', InstanceRules.MaxServiceLength));
        Refused(() => With(service: new string('a', InstanceRules.MaxServiceLength + 1)), "service", "1 to 128");
    }

    [Theory]
    [InlineData("orders-1")]
    [InlineData("A:b@c.d_e-f")]
    public void Id_Usable_IsAccepted(string id) => Assert.Equal(id, With(id: id).Id);

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a/b")]
    [InlineData("a..b")]
    [InlineData("..")]
    [InlineData("a%2Fb")]
    [InlineData("a\nb")]
    [InlineData("a\u007fb")]
    [InlineData("ä")]
    public void Id_Hostile_IsRefused(string id) => Refused(() => With(id: id), "id", "an instance id");

    [Fact]
    public void Id_TooLong_IsRefused() =>
        Refused(() => With(id: new string('a', InstanceRules.MaxIdLength + 1)), "id", "1 to 256");

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("orders.internal")]
    [InlineData("localhost")]
    [InlineData("my_host")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:1.2.3.4")]
    public void Address_Usable_IsAccepted(string address) => Assert.Equal(address, With(address: address).Address);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("127.1")]
    [InlineData("1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("999.1.1.1")]
    [InlineData("1.2.3.4.")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%2")]
    [InlineData("fe80::1/64")]
    [InlineData("10.0.0.5:80")]
    [InlineData("http://10.0.0.5")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("../a")]
    [InlineData("a%2Fb")]
    [InlineData("a\r\nb")]
    [InlineData("a\0b")]
    [InlineData("-a")]
    // Full stops of other scripts are dots to a URI, so this is 127.0.0.1.
    [InlineData("127\u30020\u30020\u30021")]
    [InlineData("\uff11\uff12\uff17.\uff10.\uff10.\uff11")]
    [InlineData("a\u202eb")]
    [InlineData("bücher.example")]
    public void Address_Hostile_IsRefused(string address) => Refused(() => With(address: address), "address", "an address is");

    [Fact]
    public void Address_TooLong_IsRefused() => Refused(() => With(address: new string('a', 254)), "address", "an address is");

    [Theory]
    [InlineData(1)]
    [InlineData(65535)]
    public void Port_InRange_IsAccepted(int port) => Assert.Equal(port, With(port: port).Port);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void Port_OutOfRange_IsRefused(int port) => Refused(() => With(port: port), "port", "1 to 65535");

    [Theory]
    [InlineData("")]
    [InlineData("HTTP")]
    [InlineData("ht tp")]
    [InlineData("1http")]
    [InlineData("http\n")]
    [InlineData("http:")]
    public void Scheme_Hostile_IsRefused(string scheme) =>
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Scheme = scheme }, "Scheme", "lower-case URI scheme");

    [Theory]
    [InlineData(-1)]
    [InlineData(InstanceRules.MaxWeight + 1)]
    public void Weight_OutOfRange_IsRefused(int weight) =>
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Weight = weight }, "Weight", "0 to 1000000");

    [Fact]
    public void Status_Unknown_IsRefused() =>
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Status = (ServiceStatus)3 }, "Status", "Up, Draining or Down");

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u200fb")]
    [InlineData("a\ufeffb")]
    public void Labels_Hostile_AreRefused(string label)
    {
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Zone = label }, "Zone", "control characters");
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Version = label }, "Version", "control characters");
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Tags = [label] }, "Tags", "control characters");
    }

    // Not in a theory: half a character does not survive the test runner's own way.
    [Fact]
    public void Labels_OfHalfACharacter_AreRefusedAndWholeOnesKept()
    {
        foreach (var half in (string[])["a\ud83d", "\ude00b", "\ud83dx"])
            Refused(() => new ServiceInstance("orders", "a", "h", 1) { Zone = half }, "Zone", "control characters");
        Assert.Equal("z\ud83d\ude00", new ServiceInstance("orders", "a", "h", 1) { Zone = "z\ud83d\ude00" }.Zone);
    }

    [Fact]
    public void Tags_TooManyOrNull_AreRefused()
    {
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Tags = [null!] }, "Tags", "not null");
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Tags = [.. Enumerable.Repeat("t", 65)] }, "Tags", "at most 64");
        Assert.Empty(new ServiceInstance("orders", "a", "h", 1) { Tags = default }.Tags);
    }

    [Fact]
    public void Metadata_Hostile_IsRefused()
    {
        Refused(() => WithMetadata("k\n", "v"), "Metadata", "control characters");
        Refused(() => WithMetadata("", "v"), "Metadata", "1 to 256");
        Refused(() => WithMetadata("k", "v\r\nx: y"), "Metadata", "the value of 'k'");
        Refused(() => WithMetadata("k", new string('v', 4097)), "Metadata", "4096");
        Refused(() => WithMetadata("k", null!), "Metadata", "the value of 'k'");
        var many = Enumerable.Range(0, 65).ToImmutableSortedDictionary(static i => $"k{i}", static _ => "v");
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { Metadata = many }, "Metadata", "at most 64");
        Assert.Equal("", WithMetadata("k", "").Metadata["k"]);
    }

    [Fact]
    public void Metadata_WithAnotherComparer_IsKeptInOrdinalOrder()
    {
        var given = ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase).Add("b", "1").Add("B2", "2");
        var kept = new ServiceInstance("orders", "a", "h", 1) { Metadata = given }.Metadata;
        Assert.Equal(["B2", "b"], kept.Keys);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health?full=1")]
    [InlineData("http://10.0.0.5/health")]
    [InlineData("https://orders.internal:8443/health")]
    public void HealthCheckUrl_Usable_IsAccepted(string url) =>
        Assert.Equal(url, new ServiceInstance("orders", "a", "h", 1) { HealthCheckUrl = url }.HealthCheckUrl);

    [Theory]
    [InlineData("")]
    [InlineData("health")]
    [InlineData("//evil.example/health")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://10.0.0.5/")]
    [InlineData("/\\evil.example/health")]
    [InlineData("/health\u2028")]
    [InlineData("/health\r\nX: y")]
    public void HealthCheckUrl_Hostile_IsRefused(string url) =>
        Refused(() => new ServiceInstance("orders", "a", "h", 1) { HealthCheckUrl = url }, "HealthCheckUrl", "a health-check URL is");

    [Fact]
    public void HealthCheckUrl_TooLong_IsRefused() => Refused(
        () => new ServiceInstance("orders", "a", "h", 1) { HealthCheckUrl = "/" + new string('a', 2048) }, "HealthCheckUrl", "a health-check URL is");

    [Fact]
    public void Message_OfAHugeValue_IsShort() =>
        Assert.True(Assert.Throws<ArgumentException>(() => With(id: new string('/', 100_000))).Message.Length < 400);

    private static ServiceInstance WithMetadata(string key, string value) => new("orders", "a", "h", 1)
    {
        Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(key, value),
    };

    private static void Refused(Func<object?> act, string property, string rule)
    {
        var error = Assert.ThrowsAny<ArgumentException>(act);
        Assert.Equal(property, error.ParamName);
        Assert.Contains(property, error.Message, StringComparison.Ordinal);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message.ReplaceLineEndings(" "), char.IsControl);
        // The BCL ends a line before "Actual value was"; nothing else may.
        Assert.True(error is ArgumentOutOfRangeException || !error.Message.Any(char.IsControl), error.Message);
    }
}
