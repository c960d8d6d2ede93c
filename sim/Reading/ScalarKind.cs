using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>A kind of value that is one word.</summary>
/// <param name="wanted">What would be right, such as <c>a duration such as 250ms</c>.</param>
/// <param name="schema">Its JSON Schema.</param>
/// <param name="parse">Reads the text; null if it is none. May throw a <see cref="FormatException"/> that says more.</param>
/// <param name="isText">Whether quotes make no difference.</param>
internal sealed class ScalarKind<T>(string wanted, Func<JsonObject> schema, Func<string, (T Value, bool IsRead)> parse, bool isText = false)
    : Kind<T>
{
    internal override bool TryRead(Node node, string path, ReadContext context, out T value)
    {
        value = default!;
        if (node is not ScalarNode { IsNull: false } scalar || !(isText || scalar.IsPlain))
        {
            context.Problems.Add(node.Mark, $"{path} must be {wanted}, not {Shown(node)}");
            return false;
        }

        try
        {
            (value, var isRead) = parse(scalar.Text);
            if (!isRead) context.Problems.Add(node.Mark, $"{path} must be {wanted}, not '{scalar.Text}'");
            return isRead;
        }
        catch (FormatException e)
        {
            context.Problems.Add(node.Mark, $"{path}: {e.Message}");
            return false;
        }
    }

    internal override JsonObject Schema() => schema();

    private static string Shown(Node node) => node is ScalarNode { IsNull: false } scalar ? $"the text \"{scalar.Text}\"" : node.Noun;
}
