using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FsCheck.Fluent;
using HA.Core.Health;
using HA.Core.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HA.Core.Tests.Health;

public class GrpcHealthCheckerTests
{
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 8, 1];

    private static HttpResponseMessage Answer(byte[] body, string? trailer = "0", string? header = null, string type = "application/grpc")
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (trailer is not null) response.TrailingHeaders.TryAddWithoutValidation("grpc-status", trailer);
        if (header is not null) response.Headers.TryAddWithoutValidation("grpc-status", header);
        return response;
    }

    private static async Task<(HealthCheckResult Result, HttpRequestMessage Asked, byte[] Body)> Ask(
        HttpResponseMessage answer, string service = "", string scheme = "http")
    {
        byte[] body = [];
        var network = new StubHandler((request, _) =>
        {
            using var stream = request.Content!.ReadAsStream();
            body = new byte[stream.Length];
            stream.ReadExactly(body);
            return answer;
        });
        using var invoker = new HttpMessageInvoker(network);
        var instance = new ServiceInstance("orders", "a", "10.0.0.5", 8080) { Scheme = scheme, HealthCheckUrl = "http://evil.example/" };
        var result = await new GrpcHealthChecker(invoker, service).CheckAsync(instance, CancellationToken.None);
        return (result, network.Requests.Single(), body);
    }

    [Theory]
    [InlineData("http", "http://10.0.0.5:8080")]
    [InlineData("grpc", "http://10.0.0.5:8080")]
    [InlineData("https", "https://10.0.0.5:8080")]
    [InlineData("grpcs", "https://10.0.0.5:8080")]
    public async Task Check_Request_IsTheProtocolsOnTheOwnAddress(string scheme, string authority)
    {
        var (result, asked, body) = await Ask(Answer(Serving), "a.B", scheme);
        Assert.Equal(new HealthCheckResult(true, "check answered SERVING"), result);
        Assert.Equal($"{authority}/grpc.health.v1.Health/Check", asked.RequestUri!.AbsoluteUri);
        Assert.Equal((HttpMethod.Post, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact), (asked.Method, asked.Version, asked.VersionPolicy));
        Assert.Equal("application/grpc", asked.Content!.Headers.ContentType!.ToString());
        Assert.Equal("trailers", asked.Headers.TE.ToString());
        Assert.Equal([0, 0, 0, 0, 5, 10, 3, (byte)'a', (byte)'.', (byte)'B'], body);
    }

    [Fact]
    public async Task Check_NoService_SendsAnEmptyMessage() => Assert.Equal([0, 0, 0, 0, 0], (await Ask(Answer(Serving))).Body);

    public static TheoryData<byte[], string?, string?, string, bool, string> Answers => new()
    {
        { Serving, "0", null, "application/grpc", true, "check answered SERVING" },
        { Serving, "0", null, "application/grpc+proto", true, "check answered SERVING" },
        { Serving, null, "0", "application/grpc", true, "check answered SERVING" },
        { [0, 0, 0, 0, 2, 8, 2], "0", null, "application/grpc", false, "check answered NOT_SERVING" },
        { [0, 0, 0, 0, 2, 8, 3], "0", null, "application/grpc", false, "check answered SERVICE_UNKNOWN" },
        { [0, 0, 0, 0, 0], "0", null, "application/grpc", false, "check answered UNKNOWN" },
        { [0, 0, 0, 0, 2, 8, 9], "0", null, "application/grpc", false, "check answered a status that is not known" },
        { [], null, "12", "application/grpc", false, "check answered gRPC status 12" },
        { Serving, "5", "0", "application/grpc", false, "check answered gRPC status 5" },
        { Serving, "0x0", null, "application/grpc", false, "check answered an unreadable gRPC status" },
        { Serving, null, null, "application/grpc", false, "check answered without a gRPC status" },
        { Serving, "0", null, "text/html", false, "check answered something that is not gRPC" },
        { [1, 0, 0, 0, 2, 8, 1], "0", null, "application/grpc", false, "check answered an unreadable message" },
        { [0, 0, 0, 0, 9, 8, 1], "0", null, "application/grpc", false, "check answered an unreadable message" },
        { [0, 255, 255, 255, 255, 8, 1], "0", null, "application/grpc", false, "check answered an unreadable message" },
        { new byte[5000], "0", null, "application/grpc", false, "check answered more than 1024 bytes" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Check_Answer_IsJudged(byte[] body, string? trailer, string? header, string type, bool isHealthy, string detail) =>
        Assert.Equal(new HealthCheckResult(isHealthy, detail), (await Ask(Answer(body, trailer, header, type))).Result);

    [Fact]
    public async Task Check_HttpError_IsBad() => Assert.Equal(
        new HealthCheckResult(false, "check answered HTTP 502"), (await Ask(new HttpResponseMessage(HttpStatusCode.BadGateway))).Result);

    [Fact]
    public void ReadStatus_FieldsOfLaterVersions_AreSkipped() => Assert.Equal(
        1, GrpcHealthMessages.ReadStatus([0, 0, 0, 0, 26, 16, 200, 1, 26, 2, 1, 2, 33, 1, 2, 3, 4, 5, 6, 7, 8, 45, 1, 2, 3, 4, 8, 1, 50, 1, 0]));

    [Fact]
    public void ReadStatus_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(static bytes =>
    {
        _ = GrpcHealthMessages.ReadStatus(bytes);
        byte[] framed = [0, 0, 0, 0, (byte)bytes.Length, .. bytes];
        _ = GrpcHealthMessages.ReadStatus(framed);
        return true;
    }).Check(3000);

    [Fact]
    public void Service_NameTooLong_IsRefusedAtOnce() =>
        Assert.Throws<ArgumentException>(static () => new GrpcHealthChecker(service: new string('a', 128)));

    [Theory]
    [InlineData("orders.v1.Orders", true, "check answered SERVING")]
    [InlineData("stock.v1.Stock", false, "check answered gRPC status 5")]
    public async Task Check_RealServerInTheClear_IsAskedOverHttp2(string service, bool isHealthy, string detail)
    {
        await using var server = await HealthServer.StartAsync(AnswerAsync, HttpProtocols.Http2);
        var result = await new GrpcHealthChecker(service: service).CheckAsync(server.Instance, CancellationToken.None);
        Assert.Equal(new HealthCheckResult(isHealthy, detail), result);
    }

    [Fact]
    public async Task Check_RealServerOverTls_IsAskedOverHttp2()
    {
        using var certificate = HealthServer.SelfSigned();
        await using var server = await HealthServer.StartAsync(AnswerAsync, HttpProtocols.Http2, certificate);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        using var invoker = new HttpMessageInvoker(handler);
        var result = await new GrpcHealthChecker(invoker, "orders.v1.Orders").CheckAsync(server.Instance, CancellationToken.None);
        Assert.Equal(new HealthCheckResult(true, "check answered SERVING"), result);
        // And a certificate that nobody vouches for is not taken.
        await Assert.ThrowsAsync<HttpRequestException>(
            async () => await new GrpcHealthChecker().CheckAsync(server.Instance, CancellationToken.None));
    }

    [Fact]
    public async Task Check_RealServerWithoutHttp2_IsBad()
    {
        await using var server = await HealthServer.StartAsync(AnswerAsync);
        await Assert.ThrowsAsync<HttpRequestException>(
            async () => await new GrpcHealthChecker().CheckAsync(server.Instance, CancellationToken.None));
    }

    // A server of the health protocol in a few lines: one service, and for others the status among the headers.
    private static async Task AnswerAsync(HttpContext context)
    {
        Assert.Equal(("POST", "/grpc.health.v1.Health/Check", "HTTP/2"), (context.Request.Method, context.Request.Path.Value, context.Request.Protocol));
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        var bytes = request.ToArray();
        var name = bytes.Length > 7 ? Encoding.UTF8.GetString(bytes[7..]) : "";
        context.Response.ContentType = "application/grpc";
        if (name != "orders.v1.Orders")
        {
            context.Response.Headers["grpc-status"] = "5";
            return;
        }

        await context.Response.Body.WriteAsync(Serving);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
