namespace HA.Core.Simulation.History;

/// <summary>How long, in each fine column, something was in each state; or several watchers thought so.</summary>
internal sealed class Lane(Columns columns, int states)
{
    private readonly long[] _ticks = new long[columns.FineCount * states];
    private readonly int[] _present = new int[states];
    private long _at = columns.Begin;

    /// <summary>So many more are in a state from here on.</summary>
    internal void Enter(int state, int count) => _present[state] += count;

    /// <summary>One of them changes its state.</summary>
    internal void Move(long at, int from, int to)
    {
        Advance(at);
        _present[from]--;
        _present[to]++;
    }

    /// <summary>What is so has been so until now.</summary>
    internal void Advance(long now)
    {
        var end = Math.Min(now, columns.End);
        while (_at < end)
        {
            var column = (int)((_at - columns.Begin) / columns.FineWidth);
            var next = Math.Min(end, columns.Begin + ((column + 1) * columns.FineWidth));
            for (var state = 0; state < states; state++) _ticks[(column * states) + state] += _present[state] * (next - _at);
            _at = next;
        }
    }

    /// <summary>Share of the time of a column that was spent in a state, 0 to 1; over all watchers.</summary>
    internal double ShareOf(int column, int state)
    {
        var of = _ticks.AsSpan(column * states, states);
        long sum = 0;
        foreach (var ticks in of) sum += ticks;
        return sum == 0 ? 0 : (double)of[state] / sum;
    }

    /// <summary>The state in which most of a column was spent; the later one if two are equal.</summary>
    internal int MainOf(int column)
    {
        var of = _ticks.AsSpan(column * states, states);
        var main = 0;
        for (var state = 1; state < states; state++)
        {
            if (of[state] >= of[main]) main = of[state] == 0 ? main : state;
        }

        return main;
    }

    /// <summary>Share of the whole time that was spent in a state.</summary>
    internal double ShareOf(int state)
    {
        long sum = 0, of = 0;
        for (var i = 0; i < _ticks.Length; i++)
        {
            sum += _ticks[i];
            if (i % states == state) of += _ticks[i];
        }

        return sum == 0 ? 0 : (double)of / sum;
    }
}
