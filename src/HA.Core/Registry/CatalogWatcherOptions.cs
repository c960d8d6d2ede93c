namespace HA.Core.Registry;

/// <summary>How a <see cref="CatalogWatcher"/> follows a registry. A new instance holds the recommended values.</summary>
public sealed record CatalogWatcherOptions
{
    /// <summary>Ceiling of the first wait after a failure; it doubles with each further one.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan FirstBackoff { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(200);

    /// <summary>Largest ceiling of a wait.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan MaxBackoff { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// When more than this share of the instances in use, two at least, or all of them, vanish within
    /// <see cref="RemovalHoldTime"/>, at once or one after the other, without being named as departed, that is suspected to
    /// be the registry's own illness: all of them stay in use, or come back to it, for a while.
    /// </summary>
    /// <value>The default is 0.5. 1 turns the protection off, but for an empty answer.</value>
    public double MaxRemovalShare { get; init => field = Check.Share(value); } = 0.5;

    /// <summary>How long suspected removals are held before a second, independent read decides.</summary>
    /// <value>The default is 30 s. Zero believes every answer at once.</value>
    public TimeSpan RemovalHoldTime { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest wait for the first answer of a watch; then it counts as failed. A registry that accepts and never answers is
    /// left, and asked again after a wait.
    /// </summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan FirstAnswerTimeout { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Keeps what the registry said for a start of the process while the registry is down, such as
    /// <c>new CatalogFolder("/var/cache/shop")</c>.
    /// </summary>
    /// <value>The default is null: nothing is kept outside of the process.</value>
    public ICatalogStore? Store { get; init; }

    /// <summary>A stored catalog that the registry has not confirmed for longer is not used.</summary>
    /// <value>The default is 24 h.</value>
    public TimeSpan MaxStoredAge { get; init => field = Check.Positive(value); } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a registry that has not failed may take to answer, when the process starts, before the stored catalog is
    /// used meanwhile. It is used at once when the registry fails.
    /// </summary>
    /// <value>The default is 500 ms.</value>
    public TimeSpan StoredAfter { get; init => field = Check.NotNegative(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>Which addresses the registry may send this program to. An entry with another one is left out.</summary>
    public AddressPolicy Addresses { get; init => field = Check.NotNull(value); } = new();

    /// <summary>How much of what the registry says is used.</summary>
    public CatalogLimits Limits { get; init => field = Check.NotNull(value); } = new();
}
