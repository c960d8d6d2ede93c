using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using HA.Core.Hosting.Centre;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Tests;

/// <summary>A centre that says what a test wants it to.</summary>
internal sealed class FakeCentre : IConfigurationCentre
{
    private readonly Channel<Func<CentreSnapshot>> _words = Channel.CreateUnbounded<Func<CentreSnapshot>>();
    private int _revision;
    private int _watches;

    public string Name => "fake ha/shop";

    internal int Watches => Volatile.Read(ref _watches);

    internal bool IsDisposed { get; private set; }

    internal Func<Exception?> OnWatch { get; set; } = static () => null;

    internal List<CentreEvent> Events { get; } = [];

    internal static CentreSnapshot Snapshot(params (string Key, string Value)[] values) => new(
        "1", [.. values.Select(static v => KeyValuePair.Create(v.Key, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(v.Value)))]);

    internal void Say(params (string Key, string Value)[] values) =>
        _words.Writer.TryWrite(() => Snapshot(values) with { Revision = $"{++_revision}" });

    internal void Fail(Exception error) => _words.Writer.TryWrite(() => throw error);

    /// <summary>A configuration of these local values, and of the centre over them.</summary>
    internal IConfigurationRoot Over(Action<ConfigurationCentreOptions>? configure = null, params (string Key, string? Value)[] local) =>
        new ConfigurationBuilder().AddInMemoryCollection(local.ToDictionary(static v => v.Key, static v => v.Value))
            .AddHaConfiguration("ha/shop", options =>
            {
                options.From(_ => this);
                options.OnEvent = Hear;
                configure?.Invoke(options);
            }).Build();

    internal CentreEventKind[] Kinds
    {
        get
        {
            lock (Events) return [.. Events.Select(static e => e.Kind)];
        }
    }

    public async IAsyncEnumerable<CentreSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _watches);
        if (OnWatch() is { } error) throw error;
        await foreach (var word in _words.Reader.ReadAllAsync(cancellationToken)) yield return word();
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private void Hear(CentreEvent happened)
    {
        lock (Events) Events.Add(happened);
    }
}
