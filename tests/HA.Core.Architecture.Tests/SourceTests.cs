namespace HA.Core.Architecture.Tests;

public class SourceTests
{
    private const int MaxLines = 400;
    private const int MaxSuppressions = 5;
    private const int MaxColumns = 140;

    [Fact]
    public void Files_Everywhere_AreShort() => Assert.All(
        Repository.Code("src", "tests", "sim", "bench"), static f => Assert.True(File.ReadLines(f).Count() <= MaxLines, f));

    [Fact]
    public void Source_Lines_FitAScreen() => Assert.DoesNotContain(
        Repository.Code("src").SelectMany(File.ReadLines), static l => l.Length > MaxColumns);

    [Fact]
    public void Source_Suppressions_AreFew() => Assert.InRange(
        Repository.Code("src").Sum(static f => File.ReadLines(f).Count(static l => l.Contains("#pragma warning disable", StringComparison.Ordinal))),
        0, MaxSuppressions);
}
