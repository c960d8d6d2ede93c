namespace HA.Core.Architecture.Tests
{
    public class NamespaceTests
    {
        [Fact]
        public void Core_EveryType_SeesOnlyWhomItMay() =>
            Assert.Empty(NamespaceRules.Violations(typeof(ServiceInstance).Assembly.GetTypes()).Order(StringComparer.Ordinal));

        [Fact]
        public void Core_EveryNamespace_IsInTheTable() => Assert.All(
            typeof(ServiceInstance).Assembly.GetTypes().Select(static t => t.Namespace).OfType<string>()
                .Where(static n => n.StartsWith("HA.Core.", StringComparison.Ordinal)).Distinct(),
            static n => Assert.Contains(n["HA.Core.".Length..], NamespaceRules.MaySee.Keys));

        [Theory]
        [InlineData(typeof(Planted.Balancing.SeesInSignature))]
        [InlineData(typeof(Planted.Balancing.SeesInBody))]
        [InlineData(typeof(Planted.Balancing.SeesInLambda))]
        public void Violations_PlantedOne_IsFound(Type culprit) =>
            Assert.NotEmpty(NamespaceRules.Violations([culprit, .. culprit.GetNestedTypes(System.Reflection.BindingFlags.NonPublic)], "Planted"));

        [Fact]
        public void Violations_Allowed_IsNotFound() =>
            Assert.Empty(NamespaceRules.Violations([typeof(Planted.Balancing.SeesWhatItMay)], "Planted"));
    }
}

namespace Planted.Endpoints
{
    public sealed class Endpoint;
}

namespace Planted.Http
{
    public static class Web
    {
        public static int Port => 80;
    }

    public sealed class Page;
}

namespace Planted.Balancing
{
    public sealed class SeesInSignature
    {
        public Http.Page? Page { get; set; }
    }

    public sealed class SeesInBody
    {
        public int Port() => Http.Web.Port;
    }

    public sealed class SeesInLambda
    {
        public Func<int> Port() => static () => Http.Web.Port;
    }

    public sealed class SeesWhatItMay
    {
        public Endpoints.Endpoint? Endpoint { get; set; }
    }
}
