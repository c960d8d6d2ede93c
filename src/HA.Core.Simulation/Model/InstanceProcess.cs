using HA.Core.Registry;

namespace HA.Core.Simulation.Model;

/// <summary>The life of an instance: it starts and registers, is killed, is restarted, drains and leaves.</summary>
internal sealed class InstanceProcess(World world, VirtualInstance instance)
{
    private RegistrationKeeper? _keeper;
    private RegistrationKeeper? _leaving;
    private VirtualRegistry? _connection;
    private int _starts;

    internal VirtualInstance Instance => instance;

    /// <summary>It left on purpose and does not come back.</summary>
    internal bool HasLeft => instance.HasLeft;

    /// <summary>Whether the registry should name it: it runs, or hangs, and wants to be called.</summary>
    internal bool WantsCalls => instance.IsListening && !HasLeft;

    /// <summary>It serves, and has said that it is about to leave.</summary>
    internal bool IsDraining { get; private set; }

    /// <summary>Whether the registry has an entry of this very process.</summary>
    internal bool IsStillRegistered => _connection?.HasEntry(instance.Description.Id) == true;

    /// <summary>A new process: it listens, then registers as itself.</summary>
    internal void Start()
    {
        if (instance.IsListening) return;
        instance.HasLeft = false;
        instance.LeftAt = null;
        IsDraining = false;
        instance.Move(ProcessState.Running);
        var environment = world.Simulation.CreateEnvironment(
            $"{instance.Description.Id} start {++_starts}", world.Observer.ListenAs(instance));
        _connection = new VirtualRegistry(world, instance.Place);
        _keeper = new RegistrationKeeper(
            _connection, instance.Description, environment,
            new RegistrationOptions { TimeToLive = world.Scenario.Registry.TimeToLive });
        if (instance.Tier.Behind is not null) instance.Onward = new OnwardCalls(world, instance, _connection, environment);
    }

    /// <summary>Waits until the registry has it.</summary>
    internal ValueTask WaitUntilRegisteredAsync() => _keeper!.WaitUntilRegisteredAsync(CancellationToken.None);

    /// <summary>Whether it knows everybody whom it calls.</summary>
    internal bool KnowsWhomItCalls =>
        instance.Onward is not { } onward || onward.Pool.Snapshot.All.Length == instance.Tier.Behind!.Instances.Count;

    /// <summary>Kill -9: what it was doing is lost, and its registration stays behind until it expires.</summary>
    internal void Kill()
    {
        if (!instance.IsListening) return;
        _connection!.Kill();
        // Its loop ends with the process; over the dead connection it cannot say goodbye.
        var keeper = _keeper!;
        world.Simulation.Environment.Spawn($"bury {instance.Description.Id}", async _ => await keeper.DisposeAsync().ConfigureAwait(false));
        StopCallingOn();
        instance.Move(ProcessState.Stopped);
    }

    /// <summary>SIGSTOP: it keeps its connections and does nothing, neither serve nor renew.</summary>
    internal void Freeze()
    {
        if (instance.State != ProcessState.Running) return;
        _connection!.IsFrozen = true;
        instance.Move(ProcessState.Hung);
    }

    /// <summary>SIGCONT.</summary>
    internal void Thaw()
    {
        if (instance.State != ProcessState.Hung) return;
        _connection!.IsFrozen = false;
        instance.Move(ProcessState.Running);
    }

    /// <summary>SIGTERM: says that it drains, serves while the word spreads, deregisters, ends what it has, stops.</summary>
    internal async Task StopAsync(TimeSpan drain, bool isForGood)
    {
        if (!instance.IsListening) return;
        var keeper = _keeper!;
        var start = _starts;
        instance.HasLeft = isForGood;
        IsDraining = true;
        keeper.Update(keeper.Instance.WithStatus(ServiceStatus.Draining));
        await world.Simulation.DelayAsync(drain).ConfigureAwait(false);
        var way = _connection!.Way;
        // Told to stop twice, it says goodbye once; what came of that the first one knows.
        var isGoodbye = _leaving != keeper;
        _leaving = keeper;
        await keeper.DisposeAsync().ConfigureAwait(false);
        if (isGoodbye && _starts == start && way is not null && _connection.Way == way) world.Observer.SaidGoodbye(this);
        if (_starts == start) instance.LeftAt = world.Pump.Clock;
        // A process that was killed while it drained has nothing left to end; one that was started since is not this one.
        while (_starts == start && instance.IsListening && instance.Load > 0)
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(10)).ConfigureAwait(false);
        if (_starts != start) return;
        StopCallingOn();
        instance.Move(ProcessState.Stopped);
    }

    private void StopCallingOn()
    {
        if (instance.Onward is not { } onward) return;
        instance.Onward = null;
        world.Simulation.Environment.Spawn(
            $"end calls of {instance.Description.Id}", async _ => await onward.DisposeAsync().ConfigureAwait(false));
    }
}
