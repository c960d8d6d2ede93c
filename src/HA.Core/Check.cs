using System.Runtime.CompilerServices;

namespace HA.Core;

/// <summary>Validation of options: each message names the option and what it accepts.</summary>
internal static class Check
{
    // Timers take no more than 49 days; nobody means more than a few.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    internal static TimeSpan Positive(TimeSpan value, [CallerMemberName] string name = "") =>
        value > TimeSpan.Zero && value <= Longest
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than zero and at most {Longest.Days} days.");

    internal static TimeSpan NotNegative(TimeSpan value, [CallerMemberName] string name = "") => value >= TimeSpan.Zero
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative.");

    internal static string NotEmpty(string value, [CallerMemberName] string name = "") => !string.IsNullOrEmpty(value)
        ? value
        : throw new ArgumentException($"{name} must not be empty.", name);

    internal static T NotNull<T>(T value, [CallerMemberName] string name = "") where T : class =>
        value ?? throw new ArgumentNullException(name);

    internal static int AtLeast(int least, int value, [CallerMemberName] string name = "") => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}.");

    internal static double Share(double value, [CallerMemberName] string name = "") => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be between 0 and 1.");

    internal static double PositiveShare(double value, [CallerMemberName] string name = "") => value is > 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above 0 and at most 1.");

    internal static double NotNegative(double value, [CallerMemberName] string name = "") =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be zero or a positive number.");
}
