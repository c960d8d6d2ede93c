namespace HA.Core.Registry;

/// <summary>A registry could not be reached, or answered what it must not.</summary>
public class RegistryException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RegistryException() { }

    /// <summary>Creates the exception.</summary>
    public RegistryException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public RegistryException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>An id lives in the registry under another owner, so this owner must stop using it.</summary>
public sealed class RegistrationFencedException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public RegistrationFencedException() { }

    /// <summary>Creates the exception.</summary>
    public RegistrationFencedException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public RegistrationFencedException(string message, Exception? innerException) : base(message, innerException) { }

    internal static RegistrationFencedException Of(ServiceInstance instance) =>
        new($"{instance} is registered by another owner. Two processes use the id '{instance.Id}': give each its own.");
}
