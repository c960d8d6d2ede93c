namespace HA.Core.Simulation.Checks;

/// <summary>Background loops end when they are told to, and by nothing else.</summary>
internal sealed class LoopsDoNotBreak : SimulationCheck
{
    internal override string Name => "loopsDoNotBreak";

    internal override string Law => "no background loop ends by an exception";

    internal override void LoopBroke(SpawnedLoop loop, Exception error) =>
        Violate($"'{loop.Name}' broke: {error.GetType().Name}: {error.Message}");
}
