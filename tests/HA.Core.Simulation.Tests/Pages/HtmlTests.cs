using HA.Core.Simulation.Pages;

namespace HA.Core.Simulation.Tests.Pages;

public sealed class HtmlTests
{
    [Fact]
    public void Holes_WithMarks_AreEscaped()
    {
        var name = "<b onclick='x'>&\"\u0000";

        Assert.Equal("<i>&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;\ufffd</i>", Html.Of($"<i>{name}</i>").ToString());
    }

    [Fact]
    public void Html_InAHole_StaysAsItIs() => Assert.Equal("<p><b>&lt;</b></p>", Html.Of($"<p>{Html.Of($"<b>{"<"}</b>")}</p>").ToString());

    [Fact]
    public void Numbers_InAnyCulture_AreTheSame()
    {
        using var foreign = new ForeignCulture();

        Assert.Equal("0,5", $"{0.5}");
        Assert.Equal("0.5 -3 1,234 1.5 s", Html.Of($"{0.5} {-3} {Amounts.Count(1234)} {Amounts.Time(1500)}").ToString());
    }
}
