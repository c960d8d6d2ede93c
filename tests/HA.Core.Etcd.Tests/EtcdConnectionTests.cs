using System.Net;
using System.Net.Sockets;
using System.Text;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Etcd.Tests;

/// <summary>How a server is reached, and what is said when it is the wrong one.</summary>
public sealed class EtcdConnectionTests
{
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);
    private static readonly ServiceInstance Instance = new("orders", "a", "10.0.0.5", 80);

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Password_ThatIsRight_OpensForAllThatCallAtOnce(string version)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await EtcdUsers.EnableAsync(server);
        await using var registry = new EtcdRegistry(WithPassword(server));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => registry.DiscoverAsync("orders", default).AsTask()));
        var held = await registry.RegisterAsync(Instance, Terms, default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        await registry.DeregisterAsync(held, default);
        Assert.Equal(1, await AuthenticationsAsync(server));
    }

    [Theory]
    [InlineData("3.4", null)]
    [InlineData("3.5", null)]
    [InlineData("3.4", "wrong-" + EtcdUsers.Password)]
    [InlineData("3.5", "wrong-" + EtcdUsers.Password)]
    public async Task Password_ThatIsWrong_IsRefusedWithoutSayingIt(string version, string? password)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await EtcdUsers.EnableAsync(server);
        var options = WithPassword(server) with { UserName = password is null ? null : EtcdUsers.Name, Password = password };
        await using var registry = new EtcdRegistry(options);
        var error = await Assert.ThrowsAsync<EtcdAuthenticationException>(async () => await registry.DiscoverAsync("orders", default));
        await Assert.ThrowsAsync<EtcdAuthenticationException>(async () => await registry.RegisterAsync(Instance, Terms, default));
        Assert.DoesNotContain(EtcdUsers.Password, $"{error} {options}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_WhereNobodyAsks_IsNoHindrance()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var registry = new EtcdRegistry(WithPassword(server));
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Token_ThatIsNoLongerKnown_IsRenewed(string version)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await EtcdUsers.EnableAsync(server);
        await using var registry = new EtcdRegistry(WithPassword(server));
        var held = await registry.RegisterAsync(Instance, Terms, default);
        await using var before = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await before.MoveNextAsync();
        var next = before.MoveNextAsync().AsTask();
        await Wait.UntilAsync("a watch", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 1);
        await EtcdUsers.DropTokensAsync(server);

        // The stream of the first watch has the former token, and refuses the second watch.
        await using var after = registry.WatchAsync("users", default).GetAsyncEnumerator();
        await after.MoveNextAsync();
        var user = after.MoveNextAsync().AsTask();
        await Wait.UntilAsync("a second watch", async () => await server.MetricAsync("etcd_debugging_mvcc_watcher_total") == 2);
        await registry.RegisterAsync(new ServiceInstance("users", "u", "10.0.0.5", 80), Terms, default);
        Assert.True(await user.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        await registry.DeregisterAsync(held, default);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(before.Current.Instances);
    }

    [Fact]
    public async Task Token_ThatHasExpired_IsRenewed()
    {
        await using var server = await EtcdServer.StartAsync("3.5", "--auth-token-ttl=1");
        await EtcdUsers.EnableAsync(server);
        await using var registry = new EtcdRegistry(WithPassword(server));
        await registry.DiscoverAsync("orders", default);
        // Not used for so long that the server forgets it; too short would only make this test see less, and the count shows it.
        await Task.Delay(TimeSpan.FromSeconds(3.5));
        await registry.DiscoverAsync("orders", default);
        Assert.Equal(2, await AuthenticationsAsync(server));
    }

    [Fact]
    public async Task User_WithoutTheRight_IsToldWhichItNeeds()
    {
        await using var server = await EtcdServer.StartAsync("3.4");
        await EtcdUsers.EnableAsync(server, "elsewhere/");
        await using var registry = new EtcdRegistry(WithPassword(server));
        var error = await Assert.ThrowsAsync<EtcdPermissionException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.Contains("'ha/'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EtcdPermissionException>(async () => await registry.RegisterAsync(Instance, Terms, default));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task User_WhoLosesTheRight_IsToldByTheWatch(string version)
    {
        await using var server = await EtcdServer.StartAsync(version);
        await EtcdUsers.EnableAsync(server);
        await using var registry = new EtcdRegistry(WithPassword(server));
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await EtcdUsers.RevokeRoleAsync(server);
        await Assert.ThrowsAsync<EtcdPermissionException>(() => watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Tls_WithCertificatesOnBothSides_Works(string version)
    {
        using var certificates = new TestCertificates();
        await using var server = await EtcdServer.StartWithTlsAsync(
            version, certificates.CertificateFile, certificates.KeyFile, certificates.RootFile);
        await using var registry = new EtcdRegistry(
            WithTls(server) with { TrustedRoots = certificates.Roots, ClientCertificate = certificates.Client });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        var held = await registry.RegisterAsync(Instance, Terms, default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        Assert.True(await next);
    }

    [Fact]
    public async Task Tls_ThatIsNotTrustedOrNotSpoken_IsExplained()
    {
        using var certificates = new TestCertificates();
        await using var server = await EtcdServer.StartWithTlsAsync(
            "3.5", certificates.CertificateFile, certificates.KeyFile, certificates.RootFile);

        await using var untrusting = new EtcdRegistry(WithTls(server));
        var untrusted = await Assert.ThrowsAsync<RegistryException>(async () => await untrusting.DiscoverAsync("orders", default));
        Assert.Contains("TrustedRoots", untrusted.Message, StringComparison.Ordinal);

        await using var anonymous = new EtcdRegistry(WithTls(server) with { TrustedRoots = certificates.Roots });
        var nameless = await Assert.ThrowsAsync<RegistryException>(async () => await anonymous.DiscoverAsync("orders", default));
        Assert.Contains("ClientCertificate", nameless.Message, StringComparison.Ordinal);

        await using var plain = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        var clear = await Assert.ThrowsAnyAsync<RegistryException>(async () => await plain.DiscoverAsync("orders", default));
        Assert.Contains("https", clear.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("-ERR unknown command\r\n-ERR unknown command\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Server_ThatSpeaksSomethingElse_IsCalledThat(string greeting)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(greeting));
            await client.GetStream().CopyToAsync(Stream.Null);
        });
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://{listener.LocalEndpoint}"] });
        var error = await Assert.ThrowsAsync<EtcdProtocolException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.Contains("does not speak etcd's gRPC", error.Message, StringComparison.Ordinal);
        await registry.DisposeAsync();
        await Record.ExceptionAsync(() => answering);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsARegistryException()
    {
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://127.0.0.1:{LoopbackPort.Free()}"] });
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.RegisterAsync(Instance, Terms, default));
    }

    [Fact]
    public async Task Server_ThatComesLater_IsFound()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await server.Process.KillAsync();
        await using var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        await server.Process.RestartAsync(keepsData: true);
        await Wait.UntilAsync("an answer", async () =>
            await Record.ExceptionAsync(async () => await registry.DiscoverAsync("orders", default)) is null);
    }

    [Fact]
    public async Task Endpoints_OfWhichOneIsDead_AreAsGoodAsTheOther()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        // Whichever is first.
        for (var i = 0; i < 6; i++)
        {
            await using var registry = new EtcdRegistry(
                new EtcdRegistryOptions { Endpoints = [$"http://127.0.0.1:{LoopbackPort.Free()}", server.Address] });
            var held = await registry.RegisterAsync(Instance, Terms, default);
            Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
            await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
            Assert.True(await watch.MoveNextAsync());
            await registry.DeregisterAsync(held, default);
            Assert.True(await watch.MoveNextAsync());
        }
    }

    [Fact]
    public async Task Prefixes_ThatDiffer_StayApart()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        await using var one = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address], KeyPrefix = "/one" });
        await using var two = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address], KeyPrefix = "/one/two" });
        await one.RegisterAsync(Instance, Terms, default);
        Assert.Empty((await two.DiscoverAsync("orders", default)).Instances);
        Assert.Single((await one.DiscoverAsync("orders", default)).Instances);
        Assert.Equal(["/one/services/orders/instances/a"], (await server.FindAsync("/")).Keys);
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        foreach (var endpoint in (string[])["", "localhost:2379", "ftp://host", "http://host/path", "http://user:secret@host", "http://"])
        {
            var error = Assert.Throws<ArgumentException>(() => new EtcdRegistryOptions { Endpoints = [endpoint] });
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(static () => new EtcdRegistryOptions { Endpoints = [] });
        Assert.Throws<ArgumentException>(static () => new EtcdRegistryOptions { KeyPrefix = "" });
        Assert.Throws<ArgumentException>(static () => new EtcdRegistryOptions { KeyPrefix = "ha/" });
        Assert.Throws<ArgumentException>(static () => new EtcdRegistryOptions { KeyPrefix = "a\0b" });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EtcdRegistryOptions { RequestTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EtcdRegistryOptions { LivenessInterval = TimeSpan.FromDays(1) });
    }

    [Fact]
    public async Task Use_AfterDisposing_IsRefused()
    {
        await using var server = await EtcdServer.StartAsync("3.5");
        var registry = new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [server.Address] });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await registry.DisposeAsync();
        await registry.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await registry.DiscoverAsync("orders", default));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
    }

    private static EtcdRegistryOptions WithPassword(EtcdServer server) =>
        new() { Endpoints = [server.Address], UserName = EtcdUsers.Name, Password = EtcdUsers.Password };

    private static EtcdRegistryOptions WithTls(EtcdServer server) => new() { Endpoints = [$"https://127.0.0.1:{server.Port}"] };

    private static Task<double> AuthenticationsAsync(EtcdServer server) => server.MetricAsync(
        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Authenticate\",grpc_service=\"etcdserverpb.Auth\",grpc_type=\"unary\"}");
}
