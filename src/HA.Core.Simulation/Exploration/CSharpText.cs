using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>Writes values of scenarios as C# expressions.</summary>
[RequiresUnreferencedCode("Looks at the properties of whatever a scenario is made of.")]
internal static class CSharpText
{
    /// <summary>The expression, over several lines if it is a record; the first is not indented.</summary>
    /// <exception cref="NotSupportedException">There is no way to write it.</exception>
    internal static string Of(object? value, int depth = 0) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => Quoted(text),
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
        TimeSpan time => time.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? $"TimeSpan.FromMilliseconds({(time.Ticks / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture)})"
            : $"TimeSpan.FromTicks({time.Ticks.ToString(CultureInfo.InvariantCulture)})",
        Enum choice => $"{choice.GetType().Name}.{choice}",
        Target target => $"Target.Parse({Quoted(target.Text)})",
        Expectation expectation => $"Expectation.Parse({Quoted(expectation.Text)})",
        QuantilePoint point => $"new QuantilePoint({Of(point.Quantile)}, {Of(point.Value)})",
        Distribution distribution =>
            $"new {distribution.GetType().Name}({string.Join(", ", Described.Parts(distribution).Select(static p => Of(p.Value)))})",
        IEnumerable list => List(list, depth),
        { } record when record.GetType().GetConstructor([]) is not null => Record(record, depth),
        _ => throw new NotSupportedException($"A value of type {value.GetType().Name} cannot be written as C#."),
    };

    private static string Record(object record, int depth)
    {
        var changes = Described.Changes(record);
        var type = record.GetType().Name;
        if (changes.IsEmpty) return $"new {type}()";
        var isFlat = !changes.Any(static c => IsRecord(c.Value));
        if (isFlat && changes.Length <= 4)
            return $"new {type} {{ {string.Join(", ", changes.Select(static c => $"{c.Key} = {Of(c.Value)}"))} }}";
        var text = new StringBuilder($"new {type}\n{Indent(depth)}{{\n");
        foreach (var (name, value) in changes)
        {
            var written = Of(value, depth + 1);
            text.Append(CultureInfo.InvariantCulture, $"{Indent(depth + 1)}{name} ={(written[0] == '\n' ? "" : " ")}{written},\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Indent(depth)}}}").ToString();
    }

    private static string List(IEnumerable list, int depth)
    {
        var items = list.Cast<object>().ToArray();
        if (!items.Any(IsRecord)) return $"[{string.Join(", ", items.Select(static i => Of(i)))}]";
        var text = new StringBuilder($"\n{Indent(depth)}[\n");
        foreach (var item in items) text.Append(CultureInfo.InvariantCulture, $"{Indent(depth + 1)}{Of(item, depth + 1)},\n");
        return text.Append(CultureInfo.InvariantCulture, $"{Indent(depth)}]").ToString();
    }

    private static bool IsRecord(object? value) =>
        value is not (null or string or Distribution or Target or Expectation or Enum)
        && (value is IEnumerable list ? list.Cast<object>().Any(IsRecord) : !value.GetType().IsValueType);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                < ' ' or > '~' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static string Indent(int depth) => new(' ', depth * 4);
}
