using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace HA.Core.Health;

/// <summary>Asks an instance for its health by the gRPC health-checking protocol (<c>grpc.health.v1.Health/Check</c>).</summary>
/// <remarks>
/// HTTP/2 only: in the clear with prior knowledge when the instance's scheme is <c>http</c> or <c>grpc</c>, over TLS when it is
/// <c>https</c> or <c>grpcs</c>. Good means status OK and SERVING; a service that the server does not know, or that it does
/// not serve, is bad. <see cref="ServiceInstance.HealthCheckUrl"/> is not used: the instance's own address is asked. Safe for
/// concurrent use.
/// </remarks>
public sealed class GrpcHealthChecker : IHealthChecker
{
    private const string Method = "/grpc.health.v1.Health/Check";
    private const string ContentType = "application/grpc";
    // A response is seven bytes; whoever sends much more is not speaking this protocol.
    private const int MostBytes = 1024;

    private readonly HttpMessageInvoker _invoker;
    private readonly byte[] _request;

    /// <summary>Creates a checker.</summary>
    /// <param name="invoker">Sends the checks, over HTTP/2; one of its own when null.</param>
    /// <param name="service">Full name of the gRPC service that is asked for; empty for the server as a whole.</param>
    public GrpcHealthChecker(HttpMessageInvoker? invoker = null, string service = "")
    {
        _invoker = invoker ?? CheckConnections.Create();
        _request = GrpcHealthMessages.Request(service);
    }

    /// <inheritdoc/>
    public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var scheme = instance.Scheme is "https" or "grpcs" ? "https" : "http";
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(InstanceRules.BaseUri(scheme, instance.Address, instance.Port), Method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(_request),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Options.Set(InstanceOption.Key, instance);
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) return Bad($"check answered HTTP {(int)response.StatusCode}");
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null || !type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
            return Bad("check answered something that is not gRPC");
        var body = await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        if (body is null) return Bad($"check answered more than {MostBytes} bytes");
        return Judge(response, body);
    }

    // The status comes after the body, or instead of it among the headers.
    private static HealthCheckResult Judge(HttpResponseMessage response, byte[] body)
    {
        var status = ValueOf(response.TrailingHeaders, "grpc-status") ?? ValueOf(response.Headers, "grpc-status");
        if (status is null) return Bad("check answered without a gRPC status");
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return Bad("check answered an unreadable gRPC status");
        if (code != 0) return Bad($"check answered gRPC status {code}");
        return GrpcHealthMessages.ReadStatus(body) is { } serving
            ? new HealthCheckResult(serving == GrpcHealthMessages.Serving, $"check answered {GrpcHealthMessages.NameOf(serving)}")
            : Bad("check answered an unreadable message");
    }

    private static async ValueTask<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MostBytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return length <= MostBytes ? buffer[..length] : null;
        }
    }

    private static string? ValueOf(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static HealthCheckResult Bad(string detail) => new(false, detail);
}
