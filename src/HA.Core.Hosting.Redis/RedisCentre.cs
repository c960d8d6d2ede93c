using System.Runtime.CompilerServices;
using HA.Core.Hosting.Centre;
using HA.Core.Redis;
using HA.Core.Time;
using StackExchange.Redis;

namespace HA.Core.Hosting;

/// <summary>
/// Configuration in one hash of Redis, which is read whole: looked at every so often, and at once when a message says so.
/// </summary>
/// <remarks>A look that finds nothing new brings back a digest and no more.</remarks>
internal sealed class RedisCentre : IConfigurationCentre
{
    // 1 the digest that is known, 2 most fields, 3 most bytes. Answers the digest, and the fields if it is another; or an
    // empty digest if there is too much.
    private const string Read = """
        if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[2]) then return {''} end
        local all = redis.call('HGETALL', KEYS[1])
        local bytes = 0
        for _, part in ipairs(all) do bytes = bytes + #part end
        if bytes > tonumber(ARGV[3]) then return {''} end
        local digest = redis.sha1hex(cmsgpack.pack(all))
        if digest == ARGV[1] then return {digest} end
        table.insert(all, 1, digest)
        return all
        """;

    private readonly RedisRegistryOptions _options;
    private readonly CentreScope _scope;
    private readonly RedisLink _link;

    internal RedisCentre(RedisRegistryOptions options, CentreScope scope)
    {
        // For messages about keys.
        _options = options with { KeyPrefix = scope.Prefix };
        _scope = scope;
        _link = new RedisLink(_options, scope.Environment.Time);
    }

    public string Name => $"redis {_scope.Prefix}";

    public async IAsyncEnumerable<CentreSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changed = new AsyncSignal(_scope.Environment);
        using var listener = new RedisListener(_link, $"{_scope.Prefix}:changed", changed.Set);
        var known = "";
        while (true)
        {
            await listener.ListenAsync(cancellationToken).ConfigureAwait(false);
            listener.Clear();
            var seen = changed.Version;
            var reply = await _link.EvaluateAsync(
                Read, [_scope.Prefix], [known, _scope.Limits.MaxKeys, _scope.Limits.MaxBytes], cancellationToken).ConfigureAwait(false);
            var parts = (RedisResult[])reply!;
            var digest = (string)parts[0]!;
            if (digest.Length == 0)
            {
                throw new CentreException(
                    $"It holds more than {_scope.Limits.MaxKeys} keys or {_scope.Limits.MaxBytes} bytes, the most that are taken.");
            }

            if (digest != known) yield return SnapshotOf(known = digest, parts);
            await ForAWhileAsync(changed, seen, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static CentreSnapshot SnapshotOf(string digest, RedisResult[] parts)
    {
        var values = new KeyValuePair<string, ReadOnlyMemory<byte>>[parts.Length / 2];
        for (var i = 0; i < values.Length; i++)
            values[i] = KeyValuePair.Create((string)parts[(2 * i) + 1]!, (ReadOnlyMemory<byte>)(byte[])parts[(2 * i) + 2]!);
        return new CentreSnapshot(digest[..12], [.. values]);
    }

    // A message is a hint, and may be lost.
    private async Task ForAWhileAsync(AsyncSignal changed, long seen, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_scope.Environment.Time, _options.SweepInterval, cancellationToken);
        try
        {
            await changed.WaitAsync(seen, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody said anything: look anyway.
        }
    }
}
