namespace HA.Core.Simulation.Trace;

/// <summary>
/// What a record of a trace tells. Values are part of the file format: they are added, never changed.
/// </summary>
/// <remarks>
/// Models may use values of their own from <see cref="FirstOwn"/> on. "Entity" and "other" are numbers of names;
/// -1 stands for nobody.
/// </remarks>
public enum TraceKind : short
{
    /// <summary>Nothing: the record is empty. Never written by the simulator.</summary>
    None = 0,

    /// <summary>A client (entity) began a call to a service (other).</summary>
    CallStarted = 1,

    /// <summary>
    /// A client (entity) sent an attempt to an instance (other); value is the attempt's number from 1.
    /// </summary>
    AttemptStarted = 2,

    /// <summary>
    /// An attempt of a client (entity) at an instance (other) ended; code is the <see cref="OutcomeKind"/>.
    /// </summary>
    AttemptEnded = 3,

    /// <summary>
    /// A call of a client (entity) ended; code is the <see cref="OutcomeKind"/>, value the number of attempts.
    /// </summary>
    CallEnded = 4,

    /// <summary>
    /// A client (entity) changed its opinion of an instance (other); code is the <see cref="EndpointHealth"/>.
    /// </summary>
    HealthChanged = 5,

    /// <summary>
    /// A client (entity) took a catalog of a service (other) into use; value is the number of instances.
    /// </summary>
    CatalogChanged = 6,

    /// <summary>A fault (entity) began to act on a target (other).</summary>
    FaultStarted = 7,

    /// <summary>A fault (entity) stopped acting on a target (other).</summary>
    FaultEnded = 8,

    /// <summary>
    /// The registration of an instance (entity) moved on; code is the <see cref="RegistrationState"/>.
    /// </summary>
    RegistrationChanged = 9,

    /// <summary>A client (entity) entered (code 1) or left (code 0) panic for a service (other).</summary>
    PanicChanged = 10,

    /// <summary>The process of an instance (entity) changed its state; code is the model's own.</summary>
    InstanceStateChanged = 11,

    /// <summary>A loop (entity) began (code 1), ended (code 0) or broke (code -1).</summary>
    LoopChanged = 12,

    /// <summary>The first value that is free for models of one's own.</summary>
    FirstOwn = 1000,
}
