namespace HA.Core.Registry;

/// <summary>How much of what a registry says of a service is used. A new instance holds the recommended values.</summary>
/// <remarks>
/// Beyond what a <see cref="ServiceInstance"/> may hold at all. An entry that breaks a limit is left out, and told to
/// <see cref="ServiceEventListener.OnEntriesRefused"/>; the others are used. Immutable.
/// </remarks>
public sealed record CatalogLimits
{
    /// <summary>Most instances of one service. Those in use already go before newcomers.</summary>
    /// <value>The default is 10 000.</value>
    public int MaxInstances { get; init => field = Check.AtLeast(1, value); } = 10_000;

    /// <summary>Most characters of one entry, all its texts together.</summary>
    /// <value>The default is 16 384.</value>
    public int MaxEntryLength { get; init => field = Check.AtLeast(256, value); } = 16_384;

    /// <summary>Most tags of one entry.</summary>
    /// <value>The default is 64, which is also the most that an instance may have.</value>
    public int MaxTags { get; init => field = Check.AtLeast(0, value); } = InstanceRules.MaxEntries;

    /// <summary>Most metadata of one entry.</summary>
    /// <value>The default is 64, which is also the most that an instance may have.</value>
    public int MaxMetadata { get; init => field = Check.AtLeast(0, value); } = InstanceRules.MaxEntries;

    /// <summary>Why this entry is too large; null if it is not.</summary>
    internal string? Excess(ServiceInstance instance)
    {
        if (instance.Tags.Length > MaxTags) return $"{instance.Tags.Length} tags, at most {MaxTags} are allowed";
        if (instance.Metadata.Count > MaxMetadata) return $"{instance.Metadata.Count} metadata, at most {MaxMetadata} are allowed";
        var length = instance.Id.Length + instance.Address.Length + (instance.Zone?.Length ?? 0) + (instance.Version?.Length ?? 0)
            + (instance.HealthCheckUrl?.Length ?? 0);
        foreach (var tag in instance.Tags) length += tag.Length;
        foreach (var (key, value) in instance.Metadata) length += key.Length + value.Length;
        return length > MaxEntryLength ? $"{length} characters, at most {MaxEntryLength} are allowed" : null;
    }
}
