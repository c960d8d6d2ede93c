namespace HA.Core;

/// <summary>Why an entry of a registry is not used.</summary>
public enum EntryRefusal : byte
{
    /// <summary>It could not be read as an instance: broken, or with a value that no instance may have.</summary>
    Unreadable = 0,

    /// <summary>It belongs to another service, or its id was there already.</summary>
    Misplaced = 1,

    /// <summary>It is larger than <c>CatalogLimits</c> allow.</summary>
    TooLarge = 2,

    /// <summary>There are more entries than <c>CatalogLimits</c> allow.</summary>
    TooMany = 3,

    /// <summary>The <c>AddressPolicy</c> forbids its address.</summary>
    Address = 4,

    /// <summary>Its health-check URL carries a user name, or names what the <c>AddressPolicy</c> forbids.</summary>
    HealthCheckUrl = 5,
}
