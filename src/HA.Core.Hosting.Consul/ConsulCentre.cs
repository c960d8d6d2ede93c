using System.Net;
using System.Runtime.CompilerServices;
using HA.Core.Consul;
using HA.Core.Hosting.Centre;

namespace HA.Core.Hosting;

/// <summary>Configuration in Consul's key-value store: all keys of a prefix as of one index, by blocking queries.</summary>
internal sealed class ConsulCentre(ConsulRegistryOptions options, CentreScope scope) : IConfigurationCentre
{
    private static readonly ConsulDocumentContext Json = ConsulDocumentContext.Default;

    // Values come in base64, and each key with some numbers.
    private readonly ConsulLink _link = new(options, scope.Environment.Time, (2L * scope.Limits.MaxBytes) + (512L * scope.Limits.MaxKeys));
    private readonly string _root = scope.Prefix + "/";

    public string Name => $"consul {scope.Prefix}";

    public async IAsyncEnumerable<CentreSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var time = scope.Environment.Time;
        var pace = new QueryPace(time);
        var index = 0L;
        while (true)
        {
            var askedAt = time.GetTimestamp();
            var reply = await ReadAsync(index, cancellationToken).ConfigureAwait(false);
            // Zero would never wait again.
            var told = Math.Max(1, reply.Index!.Value);
            var isNews = told != index;
            // A store that went back counts anew, and is read anew.
            index = told < index ? 0 : told;
            if (isNews) yield return SnapshotOf(told, reply.Value ?? []);
            var hasWaited = time.GetElapsedTime(askedAt) >= options.WaitTime / 2;
            if (!hasWaited) await pace.WaitAsync(broughtNothing: !isNews, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ConsulReply<KeyDocument?[]>> ReadAsync(long index, CancellationToken cancellationToken)
    {
        var path = $"kv/{string.Join('/', scope.Prefix.Split('/').Select(Uri.EscapeDataString))}/?recurse=true";
        if (options.Datacenter is { } datacenter) path += $"&dc={datacenter}";
        var reply = await _link.AwaitChangeAsync(path, index, options.WaitTime, Json.KeyDocumentArray, cancellationToken)
            .ConfigureAwait(false);
        // There is nothing; that is an answer too, and tells its index.
        if (reply is not { Status: HttpStatusCode.NotFound, Index: not null })
            ConsulLink.RequireSuccess(reply, $"list the keys below '{_root}'");
        if (reply.IsFiltered) throw new ConsulAccessException($"The token may not see all keys below '{_root}': it needs key:read.");
        return reply.Index is null
            ? throw new NotConsulException($"{options.Address.Authority} answers without X-Consul-Index, which every Consul agent sends.")
            : reply!;
    }

    private CentreSnapshot SnapshotOf(long index, KeyDocument?[] documents) => new(
        $"{index}",
        [
            .. documents.OfType<KeyDocument>()
                .Where(d => d.Key?.StartsWith(_root, StringComparison.Ordinal) == true && d.Key.Length > _root.Length)
                .Select(d => KeyValuePair.Create(d.Key![_root.Length..], (ReadOnlyMemory<byte>)(d.Value ?? []))),
        ]);
}
