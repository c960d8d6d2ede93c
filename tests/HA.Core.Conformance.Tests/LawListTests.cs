using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HA.Core.Balancing;
using HA.Core.Conformance.Tests.Balancers;
using HA.Core.Registry;

namespace HA.Core.Conformance.Tests;

public sealed partial class LawListTests
{
    private static readonly IReadOnlyList<ConformanceLaw> Laws = new InMemoryConformance(ServiceEnvironment.System).Laws;

    [Fact]
    public void Laws_PublicLawMethods_AreAllListedUnderTheirNumber()
    {
        var methods = typeof(RegistryConformance).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static m => m.ReturnType == typeof(Task)).Select(static m => m.Name).Order(StringComparer.Ordinal);

        Assert.Equal(methods, Laws.Select(static l => l.Name).Order(StringComparer.Ordinal));
        Assert.All(Laws, static l => Assert.StartsWith($"Law{l.Number:00}_", l.Name, StringComparison.Ordinal));
        Assert.All(Laws, static l => Assert.Equal(l.Name, l.CheckAsync.Method.Name));
    }

    [Fact]
    public void Laws_InTheContract_AreTheSuitesWordForWord()
    {
        Assert.Equal(DocumentedLaws(typeof(IServiceRegistry)), RegistryLaws.Sentences);
        Assert.Equal(Enumerable.Range(1, RegistryLaws.Sentences.Count), Laws.Select(static l => l.Number).Distinct());
    }

    [Fact]
    public void LawsOfBalancers_InTheContract_AreTheSuitesWordForWord()
    {
        var laws = new PolicyConformance("random").Laws;
        Assert.Equal(DocumentedLaws(typeof(ILoadBalancer)), BalancerLaws.Sentences);
        Assert.Equal(Enumerable.Range(1, BalancerLaws.Sentences.Count), laws.Select(static l => l.Number).Distinct());
        Assert.All(laws, static l => Assert.StartsWith($"Law{l.Number:00}_", l.Name, StringComparison.Ordinal));
    }

    private static string[] DocumentedLaws(Type subject)
    {
        var file = Path.ChangeExtension(subject.Assembly.Location, ".xml");
        var contract = XDocument.Load(file).Descendants("member")
            .Single(m => (string?)m.Attribute("name") == $"T:{subject.FullName}");
        return [.. contract.Descendants("item").Select(static item => Spaces().Replace(string.Concat(item.Nodes().Select(Text)), " ").Trim())];
    }

    // A reference such as P:HA.Core.ServiceCatalog.Departed is read by its last part.
    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element => ((string?)element.Attribute("cref"))?.Split('.')[^1] ?? element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
