using System.Runtime.InteropServices;
using HA.Core.Sim;
using HA.Core.Sim.Output;

using var interrupt = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await SimApp.RunAsync(args, Terminal.OfProcess(), interrupt.Token);

// The first signal ends things in order; a second one, at once.
void Stop(PosixSignalContext context)
{
    context.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
}
