using HA.Core.Registry;

namespace HA.Core.Tests.Registry;

public class CatalogFilterTests
{
    private readonly Told _told = new();

    [Fact]
    public void Admit_NothingWrong_IsTheSameCatalog()
    {
        var catalog = Catalog(Instance("a"), Instance("b"));
        Assert.Same(catalog, Filter().Admit(catalog));
        Assert.Empty(_told.Refusals);
    }

    [Fact]
    public void Admit_HostileEntries_AreLeftOutAndTheRestStays()
    {
        var admitted = Filter(new CatalogWatcherOptions { Limits = new CatalogLimits { MaxTags = 2, MaxEntryLength = 256 } }).Admit(Catalog(
            Instance("a"),
            Instance("a", "10.0.0.9"),
            Instance("b", "169.254.169.254"),
            new ServiceInstance("other", "c", "10.0.0.5", 80),
            new ServiceInstance("orders", "d", "10.0.0.5", 80) { Tags = ["1", "2", "3"] },
            new ServiceInstance("orders", "e", "10.0.0.5", 80) { Zone = new string('z', 250) },
            new ServiceInstance("orders", "f", "10.0.0.5", 80) { HealthCheckUrl = "http://169.254.169.254/latest" },
            new ServiceInstance("orders", "g", "10.0.0.5", 80) { HealthCheckUrl = "http://user:x@10.0.0.5/" },
            null!,
            Instance("h")));
        Assert.Equal(["a", "h"], admitted.Instances.Select(static i => i.Id));
        Assert.Equal("10.0.0.5", admitted.Instances[0].Address);
        Assert.Equal(
            [
                (EntryRefusal.Unreadable, 1), (EntryRefusal.Misplaced, 2), (EntryRefusal.TooLarge, 2), (EntryRefusal.Address, 1),
                (EntryRefusal.HealthCheckUrl, 2),
            ],
            _told.Refusals.Select(static r => (r.Reason, r.Count)));
        Assert.Contains("orders/b (http://169.254.169.254): a cloud's metadata", _told.Refusals.Select(static r => r.Detail));
        Assert.All(_told.Refusals, static r => Assert.DoesNotContain(r.Detail, char.IsControl));
    }

    [Fact]
    public void Admit_TheSameRefusalsAgain_AreToldOnce()
    {
        var filter = Filter();
        filter.Admit(Catalog(Instance("a"), Instance("b", "0.0.0.0")));
        filter.Admit(Catalog(Instance("a"), Instance("b", "0.0.0.0")));
        Assert.Single(_told.Refusals);
        filter.Admit(Catalog(Instance("a"), Instance("b", "0.0.0.0"), Instance("c", "0.0.0.0")));
        Assert.Equal([1, 1], _told.Refusals.Select(static r => r.Count));
        // Gone, and back again.
        filter.Admit(Catalog(Instance("a")));
        filter.Admit(Catalog(Instance("a"), Instance("b", "0.0.0.0")));
        Assert.Equal(3, _told.Refusals.Count);
    }

    [Fact]
    public void Admit_Unreadable_AreToldWhenThereAreMore()
    {
        var filter = Filter();
        foreach (var count in (int[])[2, 2, 3, 1, 0])
            _ = filter.Admit(Catalog(Instance("a")) with { Unreadable = count });
        Assert.Equal([2, 1], _told.Refusals.Select(static r => r.Count));
    }

    // Whoever registers thousands must not push out those who are called now.
    [Fact]
    public void Admit_TooMany_KeepsThoseInUse()
    {
        var filter = Filter(new CatalogWatcherOptions { Limits = new CatalogLimits { MaxInstances = 3 } });
        filter.Admit(Catalog(Instance("x"), Instance("y")));
        var admitted = filter.Admit(Catalog(Instance("a"), Instance("b"), Instance("c"), Instance("x"), Instance("y")));
        Assert.Equal(["a", "x", "y"], admitted.Instances.Select(static i => i.Id));
        Assert.Equal((EntryRefusal.TooMany, 2), (_told.Refusals[^1].Reason, _told.Refusals[^1].Count));
    }

    [Fact]
    public void Admit_TooManyDepartures_BelievesNone()
    {
        var filter = Filter(new CatalogWatcherOptions { Limits = new CatalogLimits { MaxInstances = 2 } });
        Assert.Empty(filter.Admit(Catalog(Instance("a")) with { Departed = ["b", "c", "d"] }).Departed);
        Assert.Empty(filter.Admit(Catalog(Instance("a")) with { Departed = default }).Departed);
        Assert.Equal("b c", string.Join(' ', filter.Admit(Catalog(Instance("a")) with { Departed = ["b", "c"] }).Departed));
    }

    [Theory]
    [InlineData("/health", true)]
    [InlineData("http://10.0.0.5:9000/health", true)]
    [InlineData("http://10.0.0.6/health", true)]
    [InlineData("http://localhost/health", false)]
    [InlineData("http://[::ffff:127.0.0.1]/health", false)]
    [InlineData("http://2130706433/health", false)]
    [InlineData("http://0x7f.1/health", false)]
    [InlineData("http://metadata.google.internal/", false)]
    public void Admit_HealthCheckUrl_GoesByThePolicy(string url, bool isAdmitted)
    {
        var filter = Filter(new CatalogWatcherOptions { Addresses = new AddressPolicy { AllowLoopback = false } });
        var instance = new ServiceInstance("orders", "a", "10.0.0.5", 80) { HealthCheckUrl = url };
        Assert.Equal(isAdmitted ? 1 : 0, filter.Admit(Catalog(instance)).Instances.Length);
    }

    private static ServiceInstance Instance(string id, string address = "10.0.0.5") => new("orders", id, address, 80);

    // As a registry of somebody else's might make it: nothing is sorted or looked at.
    private static ServiceCatalog Catalog(params ServiceInstance[] instances) => new("orders", 1, [.. instances]);

    private CatalogFilter Filter(CatalogWatcherOptions? options = null) => new("orders", options ?? new CatalogWatcherOptions(), _told);

    private sealed class Told : ServiceEventListener
    {
        internal List<(EntryRefusal Reason, int Count, string Detail)> Refusals { get; } = [];

        public override void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail) =>
            Refusals.Add((reason, count, detail));
    }
}
