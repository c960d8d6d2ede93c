using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>Any number of values of one kind.</summary>
internal sealed class ListKind<T>(Kind<T> item, string example) : Kind<ImmutableArray<T>>
{
    internal override bool TryRead(Node node, string path, ReadContext context, out ImmutableArray<T> value)
    {
        value = [];
        if (node is not ListNode list)
        {
            context.Problems.Add(node.Mark, $"{path} must be a list such as {example}, not {node.Noun}");
            return false;
        }

        var read = ImmutableArray.CreateBuilder<T>(list.Items.Count);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var place = $"{path}[{i}]";
            context.Note(place, list.Items[i].Mark);
            if (item.TryRead(list.Items[i], place, context, out var one)) read.Add(one);
        }

        value = read.ToImmutable();
        return value.Length == list.Items.Count;
    }

    internal override JsonObject Schema() => new() { ["type"] = "array", ["items"] = item.Schema() };
}
