using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HA.Core.Servers;

/// <summary>Signals to one process, by its id.</summary>
internal static partial class Signals
{
    // Numbers of Linux on x64 and arm64.
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int NoSuchProcess = 3;

    internal static void SendKill(int pid) => Send(pid, Kill);

    internal static void SendStop(int pid) => Send(pid, Stop);

    internal static void SendContinue(int pid) => Send(pid, Continue);

    private static void Send(int pid, int signal)
    {
        // One that has ended needs no signal.
        if (SendSignal(pid, signal) == 0 || Marshal.GetLastPInvokeError() == NoSuchProcess) return;
        throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
