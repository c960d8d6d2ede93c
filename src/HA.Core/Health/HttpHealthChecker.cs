namespace HA.Core.Health;

/// <summary>Asks an instance for its health over HTTP: any 2xx answer is good.</summary>
/// <remarks>
/// <see cref="ServiceInstance.HealthCheckUrl"/> comes from a registry and is not trusted: it may name a path, or a URL on
/// the instance's own address. Redirects are not followed. Safe for concurrent use.
/// </remarks>
public sealed class HttpHealthChecker : IHealthChecker
{
    /// <summary>Path that is asked when an instance names none.</summary>
    public const string DefaultPath = "/health";

    private readonly HttpMessageInvoker _invoker;
    private readonly string _path;

    /// <summary>Creates a checker.</summary>
    /// <param name="invoker">Sends the checks; one of its own that follows no redirects when null.</param>
    /// <param name="path">Path for instances that name none.</param>
    public HttpHealthChecker(HttpMessageInvoker? invoker = null, string path = DefaultPath)
    {
        _path = InstanceRules.HealthCheckUrl(path)!;
        _invoker = invoker ?? new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }

    /// <inheritdoc/>
    public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var url = new Uri(instance.BaseUri, instance.HealthCheckUrl ?? _path);
        if (!string.Equals(url.IdnHost, instance.BaseUri.IdnHost, StringComparison.Ordinal))
            return new HealthCheckResult(false, $"health-check URL names {url.Host}, which is not the instance's own address");

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return new HealthCheckResult(response.IsSuccessStatusCode, $"check answered {(int)response.StatusCode}");
    }
}
