using HA.Core.Tests.Fakes;

namespace HA.Core.Tests;

public class ServiceCatalogTests
{
    [Fact]
    public void Create_AnyOrder_SortsByOrdinalId()
    {
        var catalog = ServiceCatalog.Create("orders", 3, [new("orders", "b", "h", 1), new("orders", "B", "h", 1), new("orders", "a", "h", 1)]);
        Assert.Equal(["B", "a", "b"], catalog.Instances.Select(static i => i.Id));
        Assert.Equal(3, catalog.Revision);
        Assert.Empty(catalog.Departed);
    }

    [Fact]
    public void Create_ForeignInstance_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => ServiceCatalog.Create("users", 1, [Orders.Instance(1)]));
        Assert.Contains("orders/orders-001", error.Message, StringComparison.Ordinal);
        Assert.Contains("'users'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_IdTwice_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => Orders.Catalog(1, Orders.Instance(1), Orders.Instance(2), Orders.Instance(1)));
        Assert.Contains("'orders-001'", error.Message, StringComparison.Ordinal);
    }
}
