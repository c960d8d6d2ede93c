namespace HA.Core.Sim.Reading;

/// <summary>Everything that is wrong with one input, each with its place and what would be right.</summary>
internal sealed class Problems(string file)
{
    private readonly List<(Mark Mark, string Text)> _found = [];

    internal bool IsEmpty => _found.Count == 0;

    internal int Count => _found.Count;

    internal void Add(Mark mark, string text) => _found.Add((mark, text));

    internal void ThrowIfAny()
    {
        if (!IsEmpty) throw new BadInputException(Lines());
    }

    // In reading order, settings of the command line last.
    private string[] Lines() =>
    [
        .. _found.OrderBy(static p => p.Mark.Setting is not null).ThenBy(static p => p.Mark.Line).ThenBy(static p => p.Mark.Column)
            .Select(p => $"{p.Mark.Setting ?? $"{file}({p.Mark.Line},{p.Mark.Column})"}: {p.Text}"),
    ];
}

/// <summary>What the user gave cannot be used: exit code 2.</summary>
internal sealed class BadInputException : Exception
{
    internal BadInputException(params IReadOnlyList<string> problems) : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>One problem a line, each with its place.</summary>
    internal IReadOnlyList<string> Problems { get; }
}
