namespace HA.Core.Simulation.Trace;

/// <summary>Records as text, for people.</summary>
public static class TraceText
{
    /// <summary>One record on one line, with the names that <paramref name="reader"/> knows by now.</summary>
    public static string Render(in TraceRecord record, TraceReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (entity, other) = (Printable(reader.NameOf(record.Entity)), Printable(reader.NameOf(record.Other)));
        return $"{new TimeSpan(record.Time):c} {record.Kind} call {record.Call}: {entity} -> {other}, " +
            $"code {record.Code}, value {record.Value}";
    }

    // Names come from a file: control characters must not reach a terminal.
    private static string Printable(string name) =>
        name.Any(char.IsControl) ? new string([.. name.Select(static c => char.IsControl(c) ? '?' : c)]) : name;
}
