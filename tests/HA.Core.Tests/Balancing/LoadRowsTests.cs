using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class LoadRowsTests
{
    /// <summary>Lists around the lengths of vectors, of blocks of them, and of rows.</summary>
    public static TheoryData<int, double> Lists { get; } = Join(
        [1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100, 1000, LoadTable.RowLength, LoadTable.RowLength + 33], [1, 0.9, 0.3]);

    [Theory]
    [MemberData(nameof(Lists))]
    public void Reads_AnyPartOfThePlaces_AreThoseOfTheList(int places, double share)
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            var table = new LoadTable();
            var all = Enumerable.Range(0, places).Select(i => Busy(i, table, random)).ToArray();
            // Those that are left out have places in between, and often the least load.
            Endpoint[] list = [.. all.Where(_ => random.NextDouble() < share)];
            if (list.Length > 0) AssertReadsAreRight(list, LoadRows.Of(list)!);
        }
    }

    [Fact]
    public void Least_OfOneAlone_IsFoundWhereverItIs()
    {
        var table = new LoadTable();
        Endpoint[] all = [.. Enumerable.Range(0, LoadTable.RowLength + 70).Select(i => new Endpoint(Orders.Instance(i), EndpointClock.System, table.Rent()))];
        foreach (var endpoint in all) endpoint.Enter();
        var rows = LoadRows.Of(all)!;
        foreach (var endpoint in all)
        {
            endpoint.Leave();
            Assert.Equal((0, 1), (rows.Least(), rows.CountOf(0)));
            Assert.Same(endpoint, rows.Find(0, 0));
            endpoint.Enter();
        }
    }

    [Fact]
    public void Of_OneThatCountsForItself_IsNone()
    {
        var table = new LoadTable();
        Assert.Null(LoadRows.Of([Busy(0, table, new Random(1)), new Endpoint(Orders.Instance(1))]));
        Assert.Null(LoadRows.Of([]));
    }

    private static void AssertReadsAreRight(Endpoint[] list, LoadRows rows)
    {
        var loads = list.Select(static e => e.InFlight).ToArray();
        Assert.Equal(loads.Min(), rows.Least());
        Assert.Equal(loads.Sum(), rows.Total());
        foreach (var load in loads.Append(99).Distinct())
        {
            Endpoint[] having = [.. list.Where(e => e.InFlight == load)];
            Assert.Equal(having.Length, rows.CountOf(load));
            for (var k = 0; k < having.Length; k++) Assert.Same(having[k], rows.Find(load, k));
            Assert.Null(rows.Find(load, having.Length));
        }
    }

    private static Endpoint Busy(int i, LoadTable table, Random random)
    {
        var endpoint = new Endpoint(Orders.Instance(i), EndpointClock.System, table.Rent());
        for (var busy = random.Next(1, 6); busy > 0; busy--) endpoint.Enter();
        return endpoint;
    }

    private static TheoryData<int, double> Join(int[] places, double[] shares)
    {
        var data = new TheoryData<int, double>();
        foreach (var count in places)
        {
            foreach (var share in shares) data.Add(count, share);
        }

        return data;
    }
}
