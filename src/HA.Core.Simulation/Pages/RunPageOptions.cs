namespace HA.Core.Simulation.Pages;

/// <summary>What a page tells beside the run.</summary>
public sealed record RunPageOptions
{
    /// <summary>The command that shows the run again.</summary>
    /// <value>The default is null: the page names the seed only.</value>
    public string? Replay { get; init; }

    /// <summary>The scenario as it was written.</summary>
    /// <value>The default is null: the page does without.</value>
    public string? ScenarioText { get; init; }
}
