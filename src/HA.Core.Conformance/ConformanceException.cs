namespace HA.Core.Conformance;

/// <summary>A law does not hold. The message tells its number, its sentence, and what was seen instead.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConformanceException() { }

    /// <summary>Creates the exception.</summary>
    public ConformanceException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConformanceException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="law">Number of the law.</param>
    /// <param name="sentence">The law.</param>
    /// <param name="observed">What was seen instead.</param>
    /// <param name="innerException">What the provider threw, if that is what was seen.</param>
    public ConformanceException(int law, string sentence, string observed, Exception? innerException = null)
        : base($"Law {law} does not hold: {sentence} Seen instead: {observed}.", innerException)
    {
        Law = law;
        Observed = observed;
    }

    /// <summary>Number of the law; 0 if unknown.</summary>
    public int Law { get; }

    /// <summary>What was seen instead.</summary>
    public string Observed { get; } = "";
}
