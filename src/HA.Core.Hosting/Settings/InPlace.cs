namespace HA.Core.Hosting.Settings;

/// <summary>For a table of options that are changed in place, where one of a record answers a changed copy.</summary>
/// <remarks>To be used as <c>using static HA.Core.Hosting.Settings.InPlace&lt;...&gt;</c>.</remarks>
internal static class InPlace<T>
{
    /// <summary>Sets a property, and answers the same options.</summary>
    internal static Func<T, TValue, T> Set<TValue>(Action<T, TValue> set) => (options, value) =>
    {
        set(options, value);
        return options;
    };
}
