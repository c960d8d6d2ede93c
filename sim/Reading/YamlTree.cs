using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HA.Core.Sim.Reading;

/// <summary>
/// YAML as plain data: maps, lists and values, nothing else. Anchors, aliases, tags and further documents are refused, so
/// that a file means what it shows and cannot grow while it is read.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly Problems _problems;
    private readonly string? _setting;

    private YamlTree(string text, Problems problems, string? setting)
    {
        _parser = new Parser(new StringReader(text));
        _problems = problems;
        _setting = setting;
    }

    /// <summary>Reads a document; null if there is none, or none that can be read.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="setting">The setting that it is the value of; null for a file.</param>
    internal static Node? Parse(string text, Problems problems, string? setting = null)
    {
        var tree = new YamlTree(text, problems, setting);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException e)
        {
            problems.Add(tree.MarkOf(e.Start), $"this is not YAML: {e.Message}");
            return null;
        }
        catch (TooDeepException e)
        {
            problems.Add(e.Mark, $"maps and lists stand more than {MaxDepth} deep here");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser gives up like this on some texts, an open bracket among them.
            var last = tree._parser.Current is { } current ? tree.MarkOf(current.End) : new Mark(1, 1, setting);
            problems.Add(last, "this is not YAML: something is wrong soon after this place, such as a bracket or quote without its partner");
            return null;
        }
    }

    private Node? ReadDocument()
    {
        Node? root = null;
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart) continue;
            if (root is not null)
            {
                _problems.Add(MarkOf(_parser.Current.Start), "a second document begins here; a scenario is one");
                break;
            }

            _parser.MoveNext();
            root = ReadNode(1);
        }

        return root;
    }

    private Node ReadNode(int depth)
    {
        var current = _parser.Current!;
        var mark = MarkOf(current.Start);
        if (depth > MaxDepth) throw new TooDeepException(mark);
        Refuse(current, mark);
        return current switch
        {
            MappingStart => ReadMap(mark, depth),
            SequenceStart => ReadList(mark, depth),
            Scalar scalar => new ScalarNode(mark, scalar.Value, scalar.Style == ScalarStyle.Plain),
            _ => new ScalarNode(mark, "", isPlain: true),
        };
    }

    private MapNode ReadMap(Mark mark, int depth)
    {
        var map = new MapNode(mark, []);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            _parser.MoveNext();
            var value = ReadNode(depth + 1);
            if (key is not ScalarNode { IsNull: false } name) _problems.Add(key.Mark, $"a key is a word, not {key.Noun}");
            else if (map.Find(name.Text) is { } first) _problems.Add(key.Mark, $"the key '{name.Text}' stands here a second time; the first is at line {first.Mark.Line}");
            else map.Entries.Add(new MapEntry(name.Text, key.Mark, value));
        }

        return map;
    }

    private ListNode ReadList(Mark mark, int depth)
    {
        var list = new ListNode(mark, []);
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd) list.Items.Add(ReadNode(depth + 1));
        return list;
    }

    private void Refuse(ParsingEvent current, Mark mark)
    {
        if (current is AnchorAlias alias) _problems.Add(mark, $"aliases (*{alias.Value}) are not read; write the value out");
        if (current is not NodeEvent node) return;
        if (!node.Anchor.IsEmpty) _problems.Add(mark, $"anchors (&{node.Anchor}) are not read; leave it out");
        if (!node.Tag.IsEmpty) _problems.Add(mark, $"tags ({node.Tag}) are not read; leave it out");
    }

    private Mark MarkOf(YamlDotNet.Core.Mark mark) => new((int)mark.Line, (int)mark.Column, _setting);

    private sealed class TooDeepException(Mark mark) : Exception
    {
        internal Mark Mark { get; } = mark;
    }
}
