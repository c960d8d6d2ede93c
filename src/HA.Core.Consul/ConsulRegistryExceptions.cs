using HA.Core.Registry;

namespace HA.Core.Consul;

/// <summary>
/// The token may not do what is asked, or nobody knows it. Consul answers some such questions with an empty list: that is this
/// exception here, never an empty catalog.
/// </summary>
public sealed class ConsulAccessException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public ConsulAccessException() { }

    /// <summary>Creates the exception.</summary>
    public ConsulAccessException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConsulAccessException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// The agent took a registration, but the catalog does not show it: nobody would find the instance.
/// </summary>
public sealed class ConsulNotVisibleException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public ConsulNotVisibleException() { }

    /// <summary>Creates the exception.</summary>
    public ConsulNotVisibleException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConsulNotVisibleException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// A registration reached another agent than the call before it. An agent keeps the instances that were registered with it,
/// so all calls have to reach the same one: name one agent, not a load balancer before several.
/// </summary>
public sealed class ConsulAgentChangedException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public ConsulAgentChangedException() { }

    /// <summary>Creates the exception.</summary>
    public ConsulAgentChangedException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConsulAgentChangedException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// The catalog went back to an older state (restored, or another cluster): what a watch knew means nothing any more. Watching
/// again gives the catalog as it is now.
/// </summary>
public sealed class ConsulResetException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public ConsulResetException() { }

    /// <summary>Creates the exception.</summary>
    public ConsulResetException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConsulResetException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// The servers have no leader at the moment, so nothing can be read or written for certain. An election takes seconds.
/// </summary>
public sealed class ConsulNoLeaderException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public ConsulNoLeaderException() { }

    /// <summary>Creates the exception.</summary>
    public ConsulNoLeaderException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ConsulNoLeaderException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// Whoever answers at the address is not a Consul agent, or something between changes its answers.
/// </summary>
public sealed class NotConsulException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public NotConsulException() { }

    /// <summary>Creates the exception.</summary>
    public NotConsulException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public NotConsulException(string message, Exception? innerException) : base(message, innerException) { }
}
