using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Model;

/// <summary>What happened, for people: bounded, so that a run that goes mad does not fill the memory.</summary>
internal sealed class Timeline(World world)
{
    private const int MaxEntries = 5000;

    private readonly List<TimelineEntry> _entries = [];
    private TimelineEntry? _lastDropped;
    private long _dropped;

    internal void Add(string who, string what, string happened)
    {
        var entry = new TimelineEntry(world.Simulation.Now.TotalSeconds, who, what, happened);
        if (_entries.Count < MaxEntries)
        {
            _entries.Add(entry);
            return;
        }

        _lastDropped = entry;
        _dropped++;
    }

    internal ImmutableArray<TimelineEntry> ToReport() => _lastDropped is null
        ? [.. _entries]
        : [.. _entries, new TimelineEntry(_lastDropped.AtSeconds, "timeline", "", $"{_dropped} more not shown")];
}
