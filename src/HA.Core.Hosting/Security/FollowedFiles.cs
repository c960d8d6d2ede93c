using System.Security.Cryptography;

namespace HA.Core.Hosting;

/// <summary>What some files hold: read again when they were written anew, and the former content as long as the new will not do.</summary>
/// <remarks>Looked at when somebody asks, and no more often than said, so nothing runs in between. Safe for concurrent use.</remarks>
/// <param name="load">Reads them. Throws what <see cref="FileContent.IsUnusable"/> knows if they are not what they should be.</param>
/// <param name="digest">Of the files as they are now.</param>
/// <param name="interval">How long a change may stay unnoticed.</param>
/// <param name="time">The clock.</param>
/// <param name="reloaded">Hears of content that is used from now on.</param>
/// <param name="refused">Hears why content is not used.</param>
internal sealed class FollowedFiles<T>(
    Func<T> load, Func<byte[]> digest, TimeSpan interval, TimeProvider time, Action<T> reloaded, Action<string> refused)
    where T : class, IFileContent
{
    private readonly Lock _gate = new();
    private T? _current;
    private long _lookedAt;

    /// <summary>What they hold, as of the interval ago at most.</summary>
    internal T Current
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                if (_current is { } known && time.GetElapsedTime(_lookedAt, now) < interval) return known;
                _lookedAt = now;
                // The first time there is nothing to fall back on; the start has checked the files.
                return _current = _current is null ? load() : Again(_current);
            }
        }
    }

    // A former content is not disposed: whoever has it may use it still, and its handles end with it.
    private T Again(T known)
    {
        try
        {
            if (digest().AsSpan().SequenceEqual(known.Digest)) return known;
            var next = load();
            reloaded(next);
            return next;
        }
        catch (Exception e) when (FileContent.IsUnusable(e))
        {
            refused(e.Message);
            return known;
        }
    }
}

/// <summary>What files held at one moment.</summary>
internal interface IFileContent
{
    /// <summary>Of all files: tells whether they were written anew.</summary>
    byte[] Digest { get; }
}

/// <summary>What reading of files has in common.</summary>
internal static class FileContent
{
    /// <summary>Whether it says that a file is not there, or not what it should be.</summary>
    internal static bool IsUnusable(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or InvalidDataException;

    /// <exception cref="InvalidDataException">It is larger.</exception>
    internal static void RequireAtMost(string file, int bytes)
    {
        var info = new FileInfo(file);
        if (info.Exists && info.Length > bytes) throw new InvalidDataException($"{file} has more than {bytes} bytes.");
    }

    /// <summary>Why content cannot be loaded; null if it can.</summary>
    internal static string? ProblemOf(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception e) when (IsUnusable(e))
        {
            return e.Message;
        }
    }
}
