namespace HA.Core.Hosting.Tests;

/// <summary>
/// Runs by itself: sources are the process's, so an exporter takes the spans of every test that runs beside it, and its queue holds
/// 2048.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExportCollection
{
    internal const string Name = "export";
}
