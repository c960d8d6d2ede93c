using HA.Core.Registry;

namespace HA.Core.Redis;

/// <summary>The server may evict keys when its memory is full, registrations among them: the setup must be changed.</summary>
public sealed class EvictingRedisException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public EvictingRedisException() { }

    /// <summary>Creates the exception.</summary>
    public EvictingRedisException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public EvictingRedisException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>
/// The server lost its data or went back to older ones (wiped, restarted, failed over): what a watch knew means nothing
/// any more. Watching again gives the catalog as it is now.
/// </summary>
public sealed class RedisResetException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    public RedisResetException() { }

    /// <summary>Creates the exception.</summary>
    public RedisResetException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public RedisResetException(string message, Exception? innerException) : base(message, innerException) { }
}
