namespace HA.Core.Servers;

/// <summary>How one kind of server is started, and how to tell that it serves.</summary>
/// <param name="Name">For people.</param>
/// <param name="Binary">The program.</param>
/// <param name="Arguments">Its arguments, for a data folder that exists.</param>
/// <param name="IsReadyAsync">Asked again and again; may throw while the server is not there yet.</param>
public sealed record ServerSpec(
    string Name, string Binary, Func<string, IReadOnlyList<string>> Arguments, Func<CancellationToken, Task<bool>> IsReadyAsync)
{
    /// <summary>Longest that it may take to get ready, on a machine that is busy.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(30);
}
