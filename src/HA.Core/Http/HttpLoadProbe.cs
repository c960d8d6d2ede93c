using HA.Core.Balancing;
using HA.Core.Health;

namespace HA.Core.Http;

/// <summary>Asks an instance how busy it is by a request whose response bears the header <see cref="LoadHeader.Name"/>.</summary>
/// <remarks>
/// Only the instance's own address is asked. Redirects are not followed. A response without the header, or that is no
/// success, is no answer. Safe for concurrent use.
/// </remarks>
public sealed class HttpLoadProbe : ILoadProbe
{
    /// <summary>Path that is asked unless told otherwise.</summary>
    public const string DefaultPath = "/load";

    private readonly HttpMessageInvoker _invoker;
    private readonly string _path;

    /// <summary>Creates a probe.</summary>
    /// <param name="invoker">Sends the requests. When null, one of its own without redirects, cookies and proxy.</param>
    /// <param name="path">Path on every instance, beginning with a slash.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is no path.</exception>
    public HttpLoadProbe(HttpMessageInvoker? invoker = null, string path = DefaultPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path[0] != '/' || path.StartsWith("//", StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' is no path on an instance; write one such as {DefaultPath}.", nameof(path));
        _path = path;
        _invoker = invoker ?? CheckConnections.Create();
    }

    /// <inheritdoc/>
    public async ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance.BaseUri, _path));
        request.Options.Set(InstanceOption.Key, instance);
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode && LoadHeader.TryRead(response, out var report) ? report : null;
    }
}
