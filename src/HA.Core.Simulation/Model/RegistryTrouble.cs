using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Model;

/// <summary>What is wrong with the registry, for everybody.</summary>
internal sealed class RegistryTrouble(ServiceEnvironment environment)
{
    internal AsyncSignal Changed { get; } = new(environment);

    /// <summary>It is down: connections are refused and those that are open break.</summary>
    internal bool IsDown { get; private set; }

    /// <summary>It answers, and says that nobody is there.</summary>
    internal bool AnswersEmpty { get; private set; }

    internal static async Task RunAsync(World world, Fault fault, bool isDown, bool answersEmpty)
    {
        world.RegistryTrouble.Set(isDown, answersEmpty);
        world.Observer.FaultMoved(fault, "registry", began: true);
        if (fault.For is not { } length) return;
        await world.Simulation.DelayAsync(length).ConfigureAwait(false);
        world.RegistryTrouble.Set(isDown: false, answersEmpty: false);
        world.Observer.FaultMoved(fault, "registry", began: false);
    }

    private void Set(bool isDown, bool answersEmpty)
    {
        IsDown = isDown;
        AnswersEmpty = answersEmpty;
        Changed.Set();
    }
}
