namespace HA.Core.Simulation.Kernel;

/// <summary>The world as one simulated process sees it: the simulation's clock, chance and pump.</summary>
/// <remarks>Belongs to the pump's thread; every member throws <see cref="ThreadHopException"/> elsewhere.</remarks>
public sealed class SimEnvironment : ServiceEnvironment
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly Pump _pump;
    private readonly LoopRoster _loops;
    private readonly string _entity;

    internal SimEnvironment(
        Pump pump, TimeProvider time, LoopRoster loops, string entity, ServiceEventListener listener)
        : base(listener)
    {
        _pump = pump;
        _loops = loops;
        _entity = entity;
        Time = time;
    }

    /// <inheritdoc/>
    public override TimeProvider Time { get; }

    /// <summary>
    /// A new stream that follows from the seed, the process, the purpose, and how often this process asked for this
    /// purpose before: two pools that ask alike get different numbers, and the same ones in the next run.
    /// </summary>
    public override RandomStream Random(string purpose)
    {
        _pump.Guard();
        var count = _asked.GetValueOrDefault(purpose);
        _asked[purpose] = count + 1;
        return new SeededRandom(_pump.Seed, purpose, $"{_entity}#{count}");
    }

    /// <summary>
    /// The stream of a named thing: it follows from seed, purpose and entity alone, however often it is asked.
    /// </summary>
    public RandomStream Random(string purpose, string entity)
    {
        _pump.Guard();
        return new SeededRandom(_pump.Seed, purpose, entity);
    }

    /// <inheritdoc/>
    public override void Post(Action<object?> callback, object? state) => _pump.Post(callback, state);

    /// <inheritdoc/>
    public override SpawnedLoop Spawn(string name, Func<CancellationToken, Task> body)
    {
        var loop = base.Spawn(name, body);
        _loops.Add(loop);
        return loop;
    }
}
