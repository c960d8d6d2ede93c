using HA.Core.Registry;
using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Model;

/// <summary>What is wrong with the registry, for everybody. Faults that overlap add up.</summary>
internal sealed class RegistryTrouble(ServiceEnvironment environment)
{
    private readonly List<RegistryFault> _faults = [];
    private readonly RandomStream _chance = environment.Random("registry trouble");

    internal AsyncSignal Changed { get; } = new(environment);

    internal RegistrySymptoms Now { get; private set; } = RegistrySymptoms.None;

    /// <summary>How often all open watches were broken.</summary>
    internal int Breaks { get; private set; }

    internal void Begin(RegistryFault fault)
    {
        _faults.Add(fault);
        Look();
    }

    internal void End(RegistryFault fault)
    {
        _faults.RemoveAt(_faults.FindIndex(f => ReferenceEquals(f, fault)));
        Look();
    }

    internal void BreakWatches()
    {
        Breaks++;
        Changed.Set();
    }

    internal void ThrowIfDown()
    {
        if (Now.IsDown) throw new RegistryException("Connection to the registry refused.");
    }

    internal void ThrowIfRefused(bool isWrite)
    {
        if (isWrite && Now.RefusesWrites) throw new RegistryException("The registry has no leader.");
        if (Hits(Now.ErrorShare)) throw new RegistryException("The registry answered with an error.");
    }

    internal bool LosesAnswer() => Hits(Now.LostAnswerShare);

    /// <summary>Waits until the registry is not frozen.</summary>
    /// <exception cref="RegistryException">It went down.</exception>
    internal Task ThawAsync() => WaitAsync(static now => !now.IsFrozen);

    /// <summary>Waits for an answer that was lost.</summary>
    /// <exception cref="RegistryException">The registry went down: the connection broke.</exception>
    internal Task NeverAsync() => WaitAsync(static _ => false);

    private bool Hits(double share) => share > 0 && _chance.NextDouble() < share;

    private async Task WaitAsync(Func<RegistrySymptoms, bool> isOver)
    {
        while (true)
        {
            var seen = Changed.Version;
            ThrowIfDown();
            if (isOver(Now)) return;
            await Changed.WaitAsync(seen, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Look()
    {
        Now = _faults.Aggregate(RegistrySymptoms.None, static (all, fault) => all.And(fault.Symptoms));
        Changed.Set();
    }
}
