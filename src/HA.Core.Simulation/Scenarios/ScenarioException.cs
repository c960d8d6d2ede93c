namespace HA.Core.Simulation.Scenarios;

/// <summary>A scenario cannot be run as it is written.</summary>
public sealed class ScenarioException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ScenarioException() { }

    /// <summary>Creates the exception.</summary>
    public ScenarioException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ScenarioException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="place">Where in the scenario, such as <c>faults[1].at</c>.</param>
    /// <param name="problem">What is wrong and what would be right.</param>
    public ScenarioException(string place, string problem) : base($"{place} {problem}")
    {
        Place = place;
        Problem = problem;
    }

    /// <summary>Where in the scenario, such as <c>faults[1].at</c>; empty if unknown.</summary>
    public string Place { get; } = "";

    /// <summary>What is wrong and what would be right.</summary>
    public string Problem { get; } = "";
}
