using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

/// <summary>Log lines as <c>Level id: text</c>.</summary>
internal sealed class Lines : ILoggerProvider, ILogger
{
    internal ConcurrentQueue<string> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue($"{logLevel} {eventId.Id}: {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
