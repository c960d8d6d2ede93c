using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Model;

/// <summary>What happened, for people: bounded, so that a run that goes mad does not fill the memory.</summary>
internal sealed class Timeline(World world)
{
    private const int MaxEntries = 5000;

    private readonly List<TimelineEntry> _entries = [];
    private long _dropped;

    internal void Add(string who, string what, string happened)
    {
        if (_entries.Count < MaxEntries) _entries.Add(new TimelineEntry(world.Simulation.Now.TotalSeconds, who, what, happened));
        else _dropped++;
    }

    internal ImmutableArray<TimelineEntry> ToReport() => _dropped == 0
        ? [.. _entries]
        : [.. _entries, new TimelineEntry(world.Simulation.Now.TotalSeconds, "timeline", "", $"{_dropped} more not shown")];
}
