namespace HA.Core.Health;

/// <summary>Asks an instance for its health over HTTP: any 2xx answer is good.</summary>
/// <remarks>
/// <see cref="ServiceInstance.HealthCheckUrl"/> comes from a registry and is not trusted: what it may name is for a
/// <see cref="HealthCheckAddressPolicy"/> to say. Redirects are not followed, and a redirect is not good. Safe for
/// concurrent use.
/// </remarks>
public sealed class HttpHealthChecker : IHealthChecker
{
    /// <summary>Path that is asked when an instance names none.</summary>
    public const string DefaultPath = "/health";

    private readonly HttpMessageInvoker _invoker;
    private readonly string _path;
    private readonly HealthCheckAddressPolicy _policy;

    /// <summary>Creates a checker.</summary>
    /// <param name="invoker">
    /// Sends the checks; it must not follow redirects, which the policy would not see. When null, one of its own that
    /// follows none, keeps no cookies and uses no proxy.
    /// </param>
    /// <param name="path">Path for instances that name none.</param>
    /// <param name="policy">What URLs may name; <see cref="HealthCheckAddressPolicy.OwnAddress"/> when null.</param>
    public HttpHealthChecker(HttpMessageInvoker? invoker = null, string path = DefaultPath, HealthCheckAddressPolicy? policy = null)
    {
        _path = InstanceRules.HealthCheckUrl(path)!;
        _invoker = invoker ?? CheckConnections.Create();
        _policy = policy ?? HealthCheckAddressPolicy.OwnAddress;
    }

    /// <inheritdoc/>
    public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var url = new Uri(instance.BaseUri, instance.HealthCheckUrl ?? _path);
        if (_policy.Refusal(instance, url) is { } refusal) return new HealthCheckResult(false, refusal);

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Options.Set(InstanceOption.Key, instance);
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return new HealthCheckResult(response.IsSuccessStatusCode, $"check answered {(int)response.StatusCode}");
    }
}
