using HA.Core.Hosting.Centre;

namespace HA.Core.Hosting.Tests;

public class CentreKeysTests
{
    private static (SortedDictionary<string, string?> Keys, List<string> LeftOut) Read(CentreSnapshot snapshot, CentreLimits? limits = null)
    {
        List<string> leftOut = [];
        var denied = new DeniedKeys(ConfigurationCentreOptions.DeniedByDefault);
        return (new CentreKeys(limits ?? new CentreLimits(), denied).Read(snapshot, leftOut), leftOut);
    }

    private static string Refusal(CentreSnapshot snapshot, CentreLimits? limits = null) =>
        Assert.Throws<CentreException>(() => Read(snapshot, limits)).Message;

    [Fact]
    public void Keys_WithSlashesOrColons_AreKeysOfConfiguration()
    {
        var (keys, _) = Read(FakeCentre.Snapshot(("HA/Services/catalog/Balancer", "p2c\n"), ("Shop:Title", "Sale"), ("HA/Services/catalog/Weights/10.0.0.5:81", "7"), ("HA/", "")));
        Assert.Equal(
            [new("HA:Services:catalog:Balancer", "p2c"), new("HA:Services:catalog:Weights:10.0.0.5:81", "7"), new("Shop:Title", "Sale")], keys);
    }

    [Fact]
    public void Document_CountsFromItsPlace_AndYieldsToSingleKeys()
    {
        var (keys, _) = Read(FakeCentre.Snapshot(
            ("HA/Services/all.json", """{ "catalog": { "Balancer": "p2c", "Call": { "MaxAttempts": 2 } } }"""),
            ("HA/Services/catalog/Balancer", "maglev"),
            ("settings.json", """{ "Shop": { "Cities": [ "Rome", "Oslo" ] } }""")));
        Assert.Equal(
            [
                new("HA:Services:catalog:Balancer", "maglev"), new("HA:Services:catalog:Call:MaxAttempts", "2"), new("Shop:Cities:0", "Rome"),
                new("Shop:Cities:1", "Oslo"),
            ],
            keys);
    }

    [Fact]
    public void Keys_ThatMayNotBeSet_AreLeftOutWhereverTheyStand()
    {
        var (keys, leftOut) = Read(FakeCentre.Snapshot(
            ("HA/Registries/etcd/Endpoints", "http://evil:2379"), ("ha/registries/etcd/password", "x"), ("HA/Services/catalog/Registry", "evil"),
            ("HA/Services/catalog/CatalogFolder", "/etc"), ("HA/Registration/Address", "10.6.6.6"), ("Services/catalog/http/0", "10.6.6.6:80"),
            ("settings.json", """{ "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:80" } } }, "HA": { "Registry": "evil" } }"""),
            ("HA/Services/catalog/Balancer", "p2c")));
        Assert.Equal([new("HA:Services:catalog:Balancer", "p2c")], keys);
        Assert.Equal(8, leftOut.Count);
    }

    [Fact]
    public void Snapshot_WithTooMuch_IsRefused()
    {
        var limits = new CentreLimits { MaxKeys = 2, MaxKeyLength = 10, MaxValueBytes = 20, MaxBytes = 60 };
        Assert.Contains("more than 2 keys", Refusal(FakeCentre.Snapshot(("a", "1"), ("b", "1"), ("c", "1")), limits), StringComparison.Ordinal);
        Assert.Contains("more than 2 keys", Refusal(FakeCentre.Snapshot(("x.json", """{"a":1,"b":1,"c":1}""")), limits), StringComparison.Ordinal);
        Assert.Contains("more than 10 characters", Refusal(FakeCentre.Snapshot(("abcdefghijk", "1")), limits), StringComparison.Ordinal);
        Assert.Contains("more than 20 bytes", Refusal(FakeCentre.Snapshot(("a", new string('x', 21))), limits), StringComparison.Ordinal);
        Assert.Contains(
            "more than 60 bytes", Refusal(FakeCentre.Snapshot(("a", new string('x', 59)), ("b", "1")), limits with { MaxValueBytes = 100 }), StringComparison.Ordinal);
        Assert.Contains("too long", Refusal(FakeCentre.Snapshot(("x.json", """{"abcdefghijk":1}""")), limits), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a//b", "1")]
    [InlineData("/a", "1")]
    [InlineData("a\nb", "1")]
    [InlineData("a", "1\u0000")]
    [InlineData("a", "\u001b[31m")]
    [InlineData("x.json", "{ not json")]
    [InlineData("x.json", "[1]")]
    [InlineData("x.json", "{\"a\":\"\\u0007\"}")]
    public void Snapshot_WithWhatIsNoText_IsRefusedOnOneLine(string key, string value) =>
        Assert.DoesNotContain(Refusal(FakeCentre.Snapshot((key, value))), char.IsControl);

    [Fact]
    public void Snapshot_ThatIsNotUtf8OrSaysAKeyTwice_IsRefused()
    {
        var broken = new CentreSnapshot("1", [KeyValuePair.Create("a", (ReadOnlyMemory<byte>)new byte[] { 0xC3, 0x28 })]);
        Assert.Contains("UTF-8", Refusal(broken), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal(FakeCentre.Snapshot(("HA/Defaults/Balancer", "p2c"), ("ha:defaults:balancer", "random"))), StringComparison.Ordinal);
    }
}
