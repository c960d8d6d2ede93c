using System.Text.Json.Nodes;
using HA.Core.Balancing;

namespace HA.Core.Sim.Reading;

/// <summary>The name of a balancing policy.</summary>
internal sealed class BalancerKind : Kind<string>
{
    internal static readonly BalancerKind Instance = new();

    internal override bool TryRead(Node node, string path, ReadContext context, out string value)
    {
        if (!Kinds.Text.TryRead(node, path, context, out value)) return false;
        if (LoadBalancers.IsKnown(value)) return true;
        context.Problems.Add(node.Mark, $"{path}: '{value}' is no balancer{Suggestion.For(value, LoadBalancers.Names, "balancers")}");
        return false;
    }

    internal override JsonObject Schema() => new()
    {
        ["type"] = "string",
        ["examples"] = new JsonArray([.. LoadBalancers.Names.Select(static n => (JsonNode)n)]),
    };
}
