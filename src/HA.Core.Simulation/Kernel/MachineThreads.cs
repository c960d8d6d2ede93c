namespace HA.Core.Simulation.Kernel;

/// <summary>The one place that touches the machine's threads.</summary>
internal static class MachineThreads
{
    // Completions that run inline nest, and hop to the thread pool when the stack runs short: 64 MiB are 100 000
    // levels. It is address space, not memory, until it is used.
    private const int StackSize = 64 << 20;

#pragma warning disable RS0030 // The simulation is what Spawn and Post run on; it has to stand on something.
    /// <summary>
    /// Runs <paramref name="action"/>, which must not throw, on a fresh thread and waits for its end.
    /// </summary>
    /// <remarks>
    /// Fresh, because test runners and GUI frameworks put a SynchronizationContext on theirs; unsafe, so that no
    /// AsyncLocal of the caller reaches the simulation.
    /// </remarks>
    internal static void RunOnFreshThread(string name, Action action)
    {
        var thread = new Thread(() => action(), StackSize) { IsBackground = true, Name = name };
        thread.UnsafeStart();
        thread.Join();
    }

    /// <summary>Has the thread pool run an empty work item, and waits until it has.</summary>
    internal static void PassThroughPool()
    {
        var passed = false;
        var gate = new object();
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                lock (gate)
                {
                    passed = true;
                    Monitor.Pulse(gate);
                }
            },
            null);
        lock (gate)
        {
            while (!passed) Monitor.Wait(gate);
        }
    }
#pragma warning restore RS0030
}
