using System.Runtime.ExceptionServices;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Trace;
using HA.Core.Time;

namespace HA.Core.Simulation;

/// <summary>
/// One run in virtual time on one thread: the same seed and body give the same events in the same order, byte for byte.
/// </summary>
/// <remarks>
/// Everything hangs on this object and belongs to the thread of its body; any number of simulations may run side by
/// side on different threads. Members throw <see cref="ThreadHopException"/> on other threads and after the end, except
/// <see cref="Seed"/> and, after the end, <see cref="Trace"/>.
/// </remarks>
public sealed class Simulator
{
    private readonly LoopRoster _loops = new();
    private readonly SimulationOptions _options;
    private ExceptionDispatchInfo? _error;

    private Simulator(ulong seed, SimulationOptions options)
    {
        Seed = seed;
        _options = options;
        Pump = new Pump(seed, options.InstantLimit, options.Perturb);
        Time = new VirtualTimeProvider(Pump);
        Trace = new TraceRecorder(seed, options.TraceOutput);
        Environment = CreateEnvironment("", options.Listener?.Invoke(this));
    }

    /// <summary>What every stream of chance follows from.</summary>
    public ulong Seed { get; }

    /// <summary>Where events are scheduled.</summary>
    public Pump Pump { get; }

    /// <summary>The virtual clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>What production code is given in place of <see cref="ServiceEnvironment.System"/>.</summary>
    public SimEnvironment Environment { get; }

    /// <summary>What happened, as a hash and optionally a file. Completed when the run ends, well or not.</summary>
    public TraceRecorder Trace { get; }

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Now => new(Pump.Now);

    /// <summary>
    /// The loops that were spawned in any environment of this simulation and still run, oldest first.
    /// </summary>
    public IReadOnlyList<SpawnedLoop> RunningLoops => _loops.Running();

    /// <summary>Runs <paramref name="body"/> in a simulation of its own and waits for its end.</summary>
    /// <param name="seed">What chance follows from.</param>
    /// <param name="body">The run: it is over, with whatever is still scheduled, when this completes.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="SimulationFailedException">
    /// The body or an event threw; the inner exception is theirs.
    /// </exception>
    /// <exception cref="SimulationStuckException">The body waits for something that will not happen.</exception>
    /// <exception cref="ThreadHopException">Some code left the simulation's thread.</exception>
    /// <exception cref="LivelockException">Time stopped moving.</exception>
    /// <exception cref="ForeignContextException">Some code set a SynchronizationContext.</exception>
    public static void Run(ulong seed, Func<Simulator, Task> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        ExceptionDispatchInfo? error = null;
        MachineThreads.RunOnFreshThread(
            $"simulation {seed}", () => error = RunHere(seed, body, options ?? new SimulationOptions()));
        error?.Throw();
    }

    /// <inheritdoc cref="Run(ulong, Func{Simulator, Task}, SimulationOptions?)"/>
    /// <returns>What the body returned.</returns>
    public static T Run<T>(ulong seed, Func<Simulator, Task<T>> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        T result = default!;
        Run(seed, async simulation => { result = await body(simulation).ConfigureAwait(false); }, options);
        return result;
    }

    /// <summary>
    /// The stream of chance of a named thing; see <see cref="SimEnvironment.Random(string, string)"/>.
    /// </summary>
    public RandomStream Random(string purpose, string entity) => Environment.Random(purpose, entity);

    /// <summary>Waits for virtual time to pass, exact to the tick.</summary>
    public ValueTask DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) =>
        Time.DelayAsync(delay, cancellationToken);

    /// <summary>The world of one more simulated process, with streams of its own.</summary>
    /// <param name="entity">Name of the process; its chance follows from it.</param>
    /// <param name="listener">Hears what the engine does there; null for nobody.</param>
    public SimEnvironment CreateEnvironment(string entity, ServiceEventListener? listener = null) =>
        new(Pump, Time, _loops, entity, listener ?? new ServiceEventListener());

    /// <summary>Notes in the trace what happens now.</summary>
    /// <param name="kind">What happened; decides what the other fields mean.</param>
    /// <param name="call">Number of the call, or 0.</param>
    /// <param name="entity">Who, from <see cref="TraceRecorder.Name"/>, or -1.</param>
    /// <param name="other">To whom, from <see cref="TraceRecorder.Name"/>, or -1.</param>
    /// <param name="code">A detail.</param>
    /// <param name="value">A number.</param>
    public void Record(
        TraceKind kind, ulong call = 0, int entity = -1, int other = -1, short code = 0, int value = 0) =>
        Trace.Record(new TraceRecord(Pump.Now, call, entity, other, kind, code, value));

    private static ExceptionDispatchInfo? RunHere(ulong seed, Func<Simulator, Task> body, SimulationOptions options)
    {
        Simulator? simulation = null;
        try
        {
            simulation = new Simulator(seed, options);
            using var spy = options.WatchThreadPool ? ThreadPoolSpy.Watch(simulation.Pump) : null;
            try
            {
                simulation.PumpUntilDone(body);
            }
            finally
            {
                simulation.Trace.Complete();
            }

            return null;
        }
        catch (SimulationException e)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
        catch (Exception e)
        {
            var at = new TimeSpan(simulation?.Pump.Clock ?? 0);
            return ExceptionDispatchInfo.Capture(new SimulationFailedException(seed, at, e));
        }
        finally
        {
            simulation?.Pump.Owner.End();
        }
    }

    private void PumpUntilDone(Func<Simulator, Task> body)
    {
        Task? running = null;
        Pump.Post(_ => running = RunBodyAsync(body), null);
        while (running is not { IsCompleted: true })
        {
            if (!Pump.Step(_options.TimeLimit.Ticks)) ThrowStuck();
        }

        Pump.Owner.ThrowIfPoisoned();
        _error?.Throw();
    }

    private async Task RunBodyAsync(Func<Simulator, Task> body)
    {
        try
        {
            await body(this).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }

        // A body that hopped and then touched nothing is caught here.
        Pump.Guard();
    }

    private void ThrowStuck()
    {
        Pump.Owner.AwaitTrespasser(_options.Patience);
        var reason = Pump.Pending == 0
            ? "nothing is left to happen and the body has not finished (a lost continuation or a deadlock)"
            : $"the body has not finished within the time limit of {_options.TimeLimit:c}";
        var loops = _loops.Running().Select(static l => l.Name).ToArray();
        throw new SimulationStuckException(Seed, new TimeSpan(Pump.Clock), reason, loops);
    }
}
