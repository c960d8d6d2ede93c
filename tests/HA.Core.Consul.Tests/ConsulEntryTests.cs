using System.Collections.Immutable;

namespace HA.Core.Consul.Tests;

public sealed class ConsulEntryTests
{
    private static readonly DateTimeOffset Since = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void Names_OfDifferentEntries_Differ()
    {
        (string, string, string)[] entries =
        [
            ("orders", "a", "x"), ("orders", "A", "x"), ("orders", "a", "X"), ("orders", "b", "x"), ("orders-a", "a", "x"),
            ("orders.a", "a", "x"), ("orders", "a:b", "x"), ("orders", "a@b", "x"),
        ];
        // Consul ignores case in names.
        Assert.Equal(entries.Length, entries.Select(static e => ConsulEntry.NameOf(e.Item1, e.Item2, e.Item3).ToLowerInvariant()).Distinct().Count());
    }

    [Fact]
    public void Instance_ThatFits_TakesNoMoreThanConsulKeeps()
    {
        // 30 000 of the 30 720 characters in values.
        var document = ConsulEntry.Describe(Large(60, 490), "owner", TimeSpan.FromSeconds(3), 0, Since);
        Assert.InRange(document.Meta.Count, 50, 64);
        Assert.All(document.Meta, static pair => Assert.InRange(pair.Value.Length, 1, 512));
    }

    [Fact]
    public void Instance_ThatIsTooLarge_IsRefusedNotCut()
    {
        var error = Assert.Throws<ArgumentException>(() => ConsulEntry.Describe(Large(64, 500), "owner", TimeSpan.FromSeconds(3), 0, Since));
        Assert.Contains("metadata", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weight_BeyondWhatConsulTakes_IsKeptInTheInstance()
    {
        foreach (var (weight, shown) in new[] { (0, 1), (7, 7), (1_000_000, 65535) })
        {
            var document = ConsulEntry.Describe(Instance.WithWeight(weight), "owner", TimeSpan.FromSeconds(3), 0, Since);
            Assert.Equal(shown, document.Weights.Passing);
            Assert.Equal(weight, EntryOf(document)!.ToInstance("orders")!.Weight);
        }
    }

    [Theory]
    [InlineData("passing", "passing", null, ServiceStatus.Up)]
    [InlineData("warning", "passing", null, ServiceStatus.Up)]
    [InlineData("passing", "critical", null, ServiceStatus.Down)]
    [InlineData("passing", "passing", "_service_maintenance:x", ServiceStatus.Draining)]
    [InlineData("passing", "passing", "_node_maintenance", ServiceStatus.Draining)]
    [InlineData("passing", "passing", "another", ServiceStatus.Down)]
    [InlineData("passing", "critical", "_node_maintenance", ServiceStatus.Down)]
    public void Status_IsTheWorstOfTheChecks(string lease, string node, string? criticalCheck, ServiceStatus expected)
    {
        var document = ConsulEntry.Describe(Instance, "owner", TimeSpan.FromSeconds(3), 0, Since);
        var entry = EntryOf(document, lease, node, criticalCheck)!;
        Assert.Equal(expected, entry.ToInstance("orders")!.Status);
        Assert.True(entry.IsLeased);
    }

    [Fact]
    public void Status_OfTheInstanceItself_IsNotMadeBetter() => Assert.Equal(
        ServiceStatus.Down,
        EntryOf(ConsulEntry.Describe(Instance.WithStatus(ServiceStatus.Down), "owner", TimeSpan.FromSeconds(3), 0, Since), "passing", "passing", "_node_maintenance")!
            .ToInstance("orders")!.Status);

    [Fact]
    public void Lease_ThatEndedOrIsNotThere_HoldsNothing()
    {
        var document = ConsulEntry.Describe(Instance, "owner", TimeSpan.FromSeconds(3), 0, Since);
        Assert.Null(ConsulEntry.Holder([EntryOf(document, "critical")!]));
        Assert.Null(ConsulEntry.Holder([EntryOf(document, lease: null)!]));
    }

    [Fact]
    public void Holder_IsOfTheHighestGeneration_ThenTheFirstOne()
    {
        ConsulEntry Of(string owner, long generation, long index, string node = "passing") =>
            EntryOf(ConsulEntry.Describe(Instance, owner, TimeSpan.FromSeconds(3), generation, Since), "passing", node, null, index)!;
        var (first, second, later, failed) = (Of("a", 1, 10), Of("b", 1, 11), Of("c", 2, 12), Of("d", 3, 13, "critical"));
        Assert.Same(first, ConsulEntry.Holder([second, first]));
        Assert.Same(later, ConsulEntry.Holder([first, later, second]));
        // The agent of the last one has failed, so nobody watches over its lease.
        Assert.Same(later, ConsulEntry.Holder([failed, first, later]));
        Assert.Same(failed, ConsulEntry.Holder([failed]));
    }

    private static ServiceInstance Instance => new("orders", "a", "10.0.0.5", 8080);

    private static ServiceInstance Large(int count, int length) => new("orders", "a", "10.0.0.5", 8080)
    {
        Metadata = ImmutableSortedDictionary.CreateRange(
            Enumerable.Range(0, count).Select(i => new KeyValuePair<string, string>($"k{i}", new string('v', length)))),
    };

    private static ConsulEntry? EntryOf(
        RegistrationDocument sent, string? lease = "passing", string node = "passing", string? criticalCheck = null, long index = 1)
    {
        var service = new ServiceDocument(
            sent.Id, sent.Tags, sent.Address, sent.Port, sent.Meta.ToDictionary(static p => p.Key, static p => (string?)p.Value), sent.Weights, index);
        List<CheckDocument> checks = [new("serfHealth", "n1", node)];
        if (lease is not null) checks.Add(new CheckDocument(sent.Check.Id, "n1", lease));
        if (criticalCheck is not null) checks.Add(new CheckDocument(criticalCheck, "n1", "critical"));
        return ConsulEntry.Of(new HealthDocument(new NodeDocument("n1", "127.0.0.1"), service, [.. checks]));
    }
}
