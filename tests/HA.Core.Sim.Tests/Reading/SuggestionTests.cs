using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Tests.Reading;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("instanses", "instances")]
    [InlineData("naem", "name")]
    [InlineData("Workers", "workers")]
    [InlineData("xyz", null)]
    public void Nearest_Word_IsTheOneMeant(string word, string? meant) =>
        Assert.Equal(meant, Suggestion.Nearest(word, ["name", "instances", "workers"]));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_TwoWords_CountsEdits(string a, string b, int distance) => Assert.Equal(distance, Suggestion.Distance(a, b));
}
