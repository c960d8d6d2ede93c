namespace HA.Core.Sim.Reading;

/// <summary>Where something was written: a line and column of the file, or a setting of the command line.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Setting">The setting, such as <c>--set service.instances=x</c>; null for the file.</param>
internal readonly record struct Mark(int Line, int Column, string? Setting = null);

/// <summary>A piece of YAML that knows where it stands.</summary>
internal abstract class Node(Mark mark)
{
    internal Mark Mark { get; } = mark;

    /// <summary>What it is, for error messages.</summary>
    internal abstract string Noun { get; }
}

/// <summary>A single value.</summary>
internal sealed class ScalarNode(Mark mark, string text, bool isPlain) : Node(mark)
{
    internal string Text { get; } = text;

    /// <summary>Whether it stands without quotes; what is quoted is text and nothing else.</summary>
    internal bool IsPlain { get; } = isPlain;

    /// <summary>Whether it is YAML's way to say nothing.</summary>
    internal bool IsNull => IsPlain && Text is "" or "~" or "null";

    internal override string Noun => IsNull ? "nothing" : $"'{Text}'";
}

/// <summary>A sequence.</summary>
internal sealed class ListNode(Mark mark, List<Node> items) : Node(mark)
{
    internal List<Node> Items { get; } = items;

    internal override string Noun => "a list";
}

/// <summary>A mapping, its keys in the order of the file.</summary>
internal sealed class MapNode(Mark mark, List<MapEntry> entries) : Node(mark)
{
    internal List<MapEntry> Entries { get; } = entries;

    internal override string Noun => "a map";

    internal MapEntry? Find(string key) => Entries.Find(e => e.Key == key);

    internal void Set(string key, Mark mark, Node value)
    {
        var at = Entries.FindIndex(e => e.Key == key);
        if (at < 0) Entries.Add(new MapEntry(key, mark, value));
        else Entries[at] = new MapEntry(key, mark, value);
    }
}

/// <summary>A key and its value.</summary>
internal sealed record MapEntry(string Key, Mark Mark, Node Value);
