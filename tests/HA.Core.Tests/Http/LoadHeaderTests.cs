using HA.Core.Http;

namespace HA.Core.Tests.Http;

public class LoadHeaderTests
{
    [Theory]
    [InlineData("7", 7)]
    [InlineData(" 12 ;cpu=0.4", 12)]
    [InlineData("0", 0)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("1000001", null)]
    [InlineData("-1", null)]
    [InlineData("many", null)]
    [InlineData("", null)]
    [InlineData(";", null)]
    [InlineData("99999999999999999999", null)]
    public void TryRead_Value_IsANumberOrNothing(string value, int? expected)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(LoadHeader.Name, value);
        Assert.Equal(expected, LoadHeader.TryRead(response, out var report) ? report.InFlight : null);
    }

    [Fact]
    public void TryRead_NoHeader_IsNothing()
    {
        using var response = new HttpResponseMessage();
        Assert.False(LoadHeader.TryRead(response, out _));
    }
}
