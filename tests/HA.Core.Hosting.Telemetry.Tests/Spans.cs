using System.Collections.Concurrent;
using System.Diagnostics;
using HA.Core.Hosting.Telemetry;

namespace HA.Core.Hosting.Tests;

/// <summary>The spans that end while it lives, of calls to one service.</summary>
/// <remarks>Sources are the process's, and tests run side by side: each of them calls a service of its own name.</remarks>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;

    internal Spans(string service, params string[] alsoSources)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == CallTrace.SourceName || alsoSources.Contains(s.Name, StringComparer.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name != CallTrace.SourceName || (string?)activity.GetTagItem(Instruments.Service) == service) All.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    internal ConcurrentQueue<Activity> All { get; } = new();

    internal Activity Call => Assert.Single(All, static a => a.OperationName.StartsWith(CallTrace.CallName, StringComparison.Ordinal));

    /// <summary>In the order in which they began.</summary>
    internal Activity[] Attempts =>
        [.. All.Where(static a => a.OperationName.StartsWith(CallTrace.AttemptName, StringComparison.Ordinal)).OrderBy(static a => a.StartTimeUtc)];

    public void Dispose() => _listener.Dispose();
}
