namespace HA.Core.Sim.Reading;

/// <summary>
/// Puts <c>path=value</c> into the tree of a file before it is read, so that settings obey the same rules as the file.
/// </summary>
internal static class Settings
{
    internal static void Apply(MapNode root, string setting, Problems problems)
    {
        var shown = $"--set {setting}";
        var mark = new Mark(1, 1, shown);
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        var path = at < 0 ? null : ParsePath(setting[..at].Trim());
        if (path is null)
        {
            problems.Add(mark, "must be path=value, such as service.instances=12 or faults[0].at=5s");
            return;
        }

        var before = problems.Count;
        if (YamlTree.Parse(setting[(at + 1)..], problems, shown) is { } value) Put(root, path, value, mark, problems);
        else if (problems.Count == before) problems.Add(mark, "the value is missing");
    }

    // Words are keys, numbers are places in a list.
    private static List<object>? ParsePath(string text)
    {
        var path = new List<object>();
        foreach (var part in text.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var word = bracket < 0 ? part : part[..bracket];
            if (word.Length == 0) return null;
            path.Add(word);
            for (var rest = part[word.Length..]; rest.Length > 0;)
            {
                var end = rest.IndexOf(']', StringComparison.Ordinal);
                if (rest[0] != '[' || end < 0 || !int.TryParse(rest.AsSpan(1, end - 1), out var index) || index < 0) return null;
                path.Add(index);
                rest = rest[(end + 1)..];
            }
        }

        return path;
    }

    private static void Put(MapNode root, List<object> path, Node value, Mark mark, Problems problems)
    {
        Node node = root;
        var walked = "";
        for (var i = 0; i < path.Count; i++)
        {
            var isLast = i == path.Count - 1;
            switch (path[i], node)
            {
                case (string key, MapNode map):
                    walked = walked.Length == 0 ? key : $"{walked}.{key}";
                    if (isLast) map.Set(key, mark, value);
                    else if (map.Find(key) is not { Value: not ScalarNode { IsNull: true } } entry) map.Set(key, mark, node = new MapNode(mark, []));
                    else node = entry.Value;
                    break;
                case (int index, ListNode list) when index < list.Items.Count:
                    walked = $"{walked}[{index}]";
                    if (isLast) list.Items[index] = value;
                    else node = list.Items[index];
                    break;
                case (int index, ListNode list):
                    problems.Add(mark, $"{walked}[{index}] does not exist; {walked} has {list.Items.Count} items, counted from 0");
                    return;
                case (int, MapNode { Entries.Count: 0 }):
                    problems.Add(mark, $"{walked} has no items");
                    return;
                default:
                    problems.Add(mark, $"{walked} is {node.Noun} here; set the whole of it");
                    return;
            }
        }
    }
}
