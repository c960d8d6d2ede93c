using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting;

/// <summary>What is said of tokens to the log; never one of them, nor a key.</summary>
internal static partial class TokenLog
{
    [LoggerMessage(1950, LogLevel.Warning, "A service token was refused: {Reason}.")]
    internal static partial void TokenRefused(this ILogger logger, string reason);

    [LoggerMessage(1951, LogLevel.Information, "The keys of tokens were written anew, and are used; {Count} of others are believed.")]
    internal static partial void KeysReloaded(this ILogger logger, int count);

    [LoggerMessage(1952, LogLevel.Warning, "The keys of tokens were written anew and are not used; the former ones stay. {Reason}")]
    internal static partial void KeysNotReloaded(this ILogger logger, string reason);
}
