namespace HA.Core.Hosting.Centre;

/// <summary>What a configuration centre, or the disk, holds will not do; the message says why.</summary>
public sealed class CentreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CentreException() { }

    /// <summary>Creates the exception.</summary>
    public CentreException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public CentreException(string message, Exception? innerException) : base(message, innerException) { }
}
