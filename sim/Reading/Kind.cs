using System.Text.Json.Nodes;

namespace HA.Core.Sim.Reading;

/// <summary>A kind of value: how it is read, and how a JSON Schema describes it.</summary>
internal abstract class Kind<T>
{
    /// <summary>Reads a value; false, with a problem noted, if it is none.</summary>
    internal abstract bool TryRead(Node node, string path, ReadContext context, out T value);

    internal abstract JsonObject Schema();
}

/// <summary>What the reading of one scenario shares.</summary>
internal sealed class ReadContext(Problems problems)
{
    private readonly Dictionary<string, Mark> _places = new(StringComparer.Ordinal);

    internal Problems Problems { get; } = problems;

    /// <summary>Notes where the value of a path stands, for rules that look at the whole scenario.</summary>
    internal void Note(string path, Mark mark) => _places[path] = mark;

    /// <summary>Where a path stands, or the nearest of its parents if it was left out.</summary>
    internal Mark PlaceOf(string path)
    {
        while (true)
        {
            if (_places.TryGetValue(path, out var mark)) return mark;
            var cut = path.LastIndexOfAny(['.', '[']);
            if (cut < 0) return _places.GetValueOrDefault("", new Mark(1, 1));
            path = path[..cut];
        }
    }

    /// <summary>The sentence of an argument exception that people should see.</summary>
    internal static string SentenceOf(ArgumentException e)
    {
        var end = e.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}
