using FsCheck.Fluent;
using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class RemainderTests
{
    [Fact]
    public void Of_AnyNumbers_IsTheRemainder() => Prop.ForAll<uint, uint>(static (number, divisor) =>
        new Remainder(Math.Max(1, divisor)).Of(number) == number % Math.Max(1, divisor)).Check(5000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public void Of_NumbersAtTheEnds_IsTheRemainder(uint divisor)
    {
        var remainder = new Remainder(divisor);
        uint[] numbers = [0, 1, divisor - 1, divisor, unchecked(divisor + 1), uint.MaxValue - 1, uint.MaxValue];
        Assert.Equal(numbers.Select(n => n % divisor), numbers.Select(remainder.Of));
    }
}
