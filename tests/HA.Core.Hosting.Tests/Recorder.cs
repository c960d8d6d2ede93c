using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HA.Core.Hosting.Telemetry;

namespace HA.Core.Hosting.Tests;

/// <summary>What a program's meter is told, as <c>name value attribute=value ...</c>.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly MeterListener _listener = new();

    internal Recorder(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != factory || instrument.Meter.Name != HostingMeters.Name) return;
            Instruments.Enqueue(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.Start();
    }

    internal ConcurrentQueue<Instrument> Instruments { get; } = new();

    internal ConcurrentQueue<string> Records { get; } = new();

    public void Dispose() => _listener.Dispose();

    /// <summary>What those say that are looked at when somebody asks.</summary>
    internal string[] Look()
    {
        Records.Clear();
        _listener.RecordObservableInstruments();
        return [.. Records];
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Records.Enqueue(FormattableString.Invariant(
            $"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(static t => $"{t.Key}={t.Value}"))}"));
}
