using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>A map whose other keys depend on one of them, such as <c>kind: crash</c>.</summary>
/// <param name="noun">What it is, for error messages.</param>
/// <param name="discriminator">The key that decides.</param>
/// <param name="variants">What it may be.</param>
internal sealed class Variants<T>(string noun, string discriminator, params Variant<T>[] variants) : Kind<T>
{
    private string Plural => $"{discriminator}s";

    internal override bool TryRead(Node node, string path, ReadContext context, out T value)
    {
        value = default!;
        if (node is not MapNode map)
        {
            context.Problems.Add(node.Mark, $"{path} must be {noun}, a map such as {{ {discriminator}: {variants[0].Word} }}, not {node.Noun}");
            return false;
        }

        if (map.Find(discriminator) is not { } entry)
        {
            var near = map.Entries.Find(e => Suggestion.Nearest(e.Key, [discriminator]) is not null);
            context.Problems.Add(
                near?.Mark ?? map.Mark,
                near is null
                    ? $"'{discriminator}' is missing in {noun}; the {Plural} are: {Words()}"
                    : $"unknown key '{near.Key}' in {noun}; did you mean '{discriminator}'?");
            return false;
        }

        context.Note($"{path}.{discriminator}", entry.Value.Mark);
        var word = (entry.Value as ScalarNode)?.Text ?? "";
        if (Array.Find(variants, v => v.Word == word) is { } variant) return variant.TryRead(map, path, context, discriminator, out value);
        context.Problems.Add(
            entry.Value.Mark, $"'{word}' is no {discriminator} of {noun}{Suggestion.For(word, variants.Select(static v => v.Word), Plural)}");
        return false;
    }

    internal override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray([.. variants.Select(v => (JsonNode)v.Schema(discriminator))]),
    };

    private string Words() => string.Join(", ", variants.Select(static v => v.Word));
}

/// <summary>One of several shapes of a thing.</summary>
internal abstract class Variant<T>(string word, string doc)
{
    internal string Word { get; } = word;

    protected string Doc { get; } = doc;

    internal static Variant<T> Of<TDraft>(string word, string doc, Func<TDraft> create, Func<TDraft, T> build, params Key<TDraft>[] keys) =>
        new Typed<TDraft>(word, doc, new Shape<TDraft>($"'{word}'", create, keys), build);

    internal abstract bool TryRead(MapNode map, string path, ReadContext context, string discriminator, out T value);

    internal abstract JsonObject Schema(string discriminator);

    private sealed class Typed<TDraft>(string word, string doc, Shape<TDraft> shape, Func<TDraft, T> build) : Variant<T>(word, doc)
    {
        internal override bool TryRead(MapNode map, string path, ReadContext context, string discriminator, out T value)
        {
            value = default!;
            if (!shape.TryRead(map, path, context, discriminator, out var draft)) return false;
            try
            {
                value = build(draft);
                return true;
            }
            catch (ArgumentException e)
            {
                context.Problems.Add(map.Mark, $"{path}: {ReadContext.SentenceOf(e)}");
                return false;
            }
        }

        internal override JsonObject Schema(string discriminator)
        {
            var schema = shape.Schema(discriminator, Word);
            schema["description"] = Doc;
            return schema;
        }
    }
}
