namespace HA.Core.Sim;

/// <summary>How a command ended, for scripts. Stable.</summary>
internal static class ExitCode
{
    /// <summary>Every expectation held.</summary>
    internal const int Held = 0;

    /// <summary>One did not.</summary>
    internal const int NotHeld = 1;

    /// <summary>Bad usage or bad input.</summary>
    internal const int BadInput = 2;

    /// <summary>A defect of the simulator or of what it runs.</summary>
    internal const int InternalError = 3;

    /// <summary>Interrupted from outside.</summary>
    internal const int Interrupted = 130;
}
