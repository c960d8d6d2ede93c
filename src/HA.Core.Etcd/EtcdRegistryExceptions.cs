using HA.Core.Registry;

namespace HA.Core.Etcd;

/// <summary>etcd does not accept the user and password, or wants some where none are set.</summary>
public sealed class EtcdAuthenticationException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public EtcdAuthenticationException() { }

    /// <summary>Creates the exception.</summary>
    public EtcdAuthenticationException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public EtcdAuthenticationException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>The user may not do what was asked: its role must be given the keys of the prefix.</summary>
public sealed class EtcdPermissionException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public EtcdPermissionException() { }

    /// <summary>Creates the exception.</summary>
    public EtcdPermissionException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public EtcdPermissionException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>What is at the address does not speak etcd's gRPC: it is another server, another port, or speaks TLS.</summary>
public sealed class EtcdProtocolException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public EtcdProtocolException() { }

    /// <summary>Creates the exception.</summary>
    public EtcdProtocolException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public EtcdProtocolException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// The history of etcd went back (wiped, restored from a backup), or another cluster answers: what a watch knew means
/// nothing any more. Watching again gives the catalog as it is now.
/// </summary>
public sealed class EtcdResetException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public EtcdResetException() { }

    /// <summary>Creates the exception.</summary>
    public EtcdResetException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public EtcdResetException(string message, Exception? innerException) : base(message, innerException) { }
}
