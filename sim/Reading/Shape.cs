using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>A map with known keys: a model that begins with its defaults and takes what is written.</summary>
/// <param name="noun">What it is, for error messages.</param>
/// <param name="create">The model with its defaults.</param>
/// <param name="keys">Its keys, in the order of the documentation.</param>
internal sealed class Shape<T>(string noun, Func<T> create, params Key<T>[] keys) : Kind<T>
{
    internal override bool TryRead(Node node, string path, ReadContext context, out T value) =>
        TryRead(node, path, context, discriminator: null, out value);

    /// <param name="node">What is read.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="context">What the reading shares.</param>
    /// <param name="discriminator">A key that others have read already.</param>
    /// <param name="value">The model.</param>
    internal bool TryRead(Node node, string path, ReadContext context, string? discriminator, out T value)
    {
        value = create();
        if (node is not MapNode map)
        {
            context.Problems.Add(node.Mark, $"{noun} must be a map with keys such as {keys[0].Name}, not {node.Noun}");
            return false;
        }

        var before = context.Problems.Count;
        foreach (var entry in map.Entries)
        {
            if (entry.Key == discriminator) continue;
            if (Array.Find(keys, k => k.Name == entry.Key) is not { } key)
            {
                var known = keys.Select(static k => k.Name);
                if (discriminator is not null) known = known.Prepend(discriminator);
                context.Problems.Add(entry.Mark, $"unknown key '{entry.Key}' in {noun}{Suggestion.For(entry.Key, known, "keys")}");
                continue;
            }

            var place = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            context.Note(place, entry.Value.Mark);
            value = key.Read(value, entry.Value, place, context);
        }

        foreach (var key in keys.Where(k => k.IsRequired && map.Find(k.Name) is null))
            context.Problems.Add(map.Mark, $"'{key.Name}' is missing in {noun}: {key.Doc}");
        return context.Problems.Count == before;
    }

    internal override JsonObject Schema() => Schema(null, null);

    internal JsonObject Schema(string? discriminator, string? word)
    {
        var properties = new JsonObject();
        if (discriminator is not null) properties[discriminator] = new JsonObject { ["const"] = word };
        foreach (var key in keys)
        {
            var schema = key.Schema();
            // Beside a reference, older readers of schemas see nothing.
            if (schema.ContainsKey("$ref")) schema = new JsonObject { ["allOf"] = new JsonArray(schema) };
            schema["description"] = key.Doc;
            properties[key.Name] = schema;
        }

        var result = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        var required = keys.Where(static k => k.IsRequired).Select(static k => k.Name);
        if (discriminator is not null) required = required.Prepend(discriminator);
        if (required.Any()) result["required"] = new JsonArray([.. required.Select(static r => (JsonNode)r)]);
        return result;
    }
}

/// <summary>A key of a map: its name, what it means, how it is read, and where the value goes.</summary>
internal abstract class Key<T>(string name, string doc, bool isRequired)
{
    internal string Name { get; } = name;

    internal string Doc { get; } = doc;

    internal bool IsRequired { get; } = isRequired;

    internal static Key<T> Of<TValue>(string name, Kind<TValue> kind, Func<T, TValue, T> set, string doc, bool isRequired = false) =>
        new Typed<TValue>(name, kind, set, doc, isRequired);

    internal abstract T Read(T model, Node node, string path, ReadContext context);

    internal abstract JsonObject Schema();

    private sealed class Typed<TValue>(string name, Kind<TValue> kind, Func<T, TValue, T> set, string doc, bool isRequired)
        : Key<T>(name, doc, isRequired)
    {
        internal override T Read(T model, Node node, string path, ReadContext context)
        {
            if (!kind.TryRead(node, path, context, out var value)) return model;
            try
            {
                return set(model, value);
            }
            catch (ArgumentException e)
            {
                // Options check themselves; their message begins with the name of a property.
                var sentence = ReadContext.SentenceOf(e);
                var isNamed = sentence.StartsWith(Name, StringComparison.OrdinalIgnoreCase);
                context.Problems.Add(node.Mark, isNamed ? $"{path}{sentence[Name.Length..]}" : $"{path}: {sentence}");
                return model;
            }
        }

        internal override JsonObject Schema() => kind.Schema();
    }
}
