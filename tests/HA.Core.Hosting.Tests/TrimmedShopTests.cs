using System.Diagnostics;
using System.Security.Cryptography;
using HA.Core.Servers;

namespace HA.Core.Hosting.Tests;

/// <summary>Programs as they are when everything that nobody calls was cut out of them, their framework included.</summary>
public class TrimmedShopTests(TrimmedShopTests.Published published) : IClassFixture<TrimmedShopTests.Published>
{
    // Four times what it takes on two idle cores; less than what makes the whole run give up on a test.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task TrimmedShop_OverEveryRegistry_PublishesWithoutWarningAndAnswers()
    {
        using (var patience = new CancellationTokenSource(Patience))
        {
            await PublishAsync(published.Folder, "samples/Shop/Catalog", "Shop.Catalog", patience.Token);
            await PublishAsync(published.Folder, "samples/Shop/Buyer", "Shop.Buyer", patience.Token);
        }

        await using var etcd = await EtcdServer.StartAsync();
        await RunAsync(published.Folder, "etcd", $"HA:Registries:etcd:Endpoints={etcd.Address}");
        await using var consul = await ConsulServer.StartAsync();
        await RunAsync(published.Folder, "consul", $"HA:Registries:consul:Address={consul.Address}");
        await using var redis = await RedisServer.StartAsync();
        await RunAsync(published.Folder, "redis", $"HA:Registries:redis:Servers={redis.Address}");
    }

    [Fact]
    public async Task TrimmedProgramWithTokens_PublishesWithoutWarningAndBelievesItsOwn()
    {
        using (var patience = new CancellationTokenSource(Patience))
            await PublishAsync(published.Folder, "tests/HA.Core.TrimmedTokens", "HA.Core.TrimmedTokens", patience.Token);

        var keys = Directory.CreateDirectory(Path.Combine(published.Folder, "keys")).FullName;
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            await File.WriteAllTextAsync(Path.Combine(keys, "shop.key"), key.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(Path.Combine(keys, "shop.pem"), key.ExportSubjectPublicKeyInfoPem());
        }

        await using var program = SampleProcess.StartPublished(
            Path.Combine(published.Folder, "HA.Core.TrimmedTokens"), "HA.Core.TrimmedTokens",
            "urls=http://127.0.0.1:0", "HA:Registration:Service=shop", "HA:Registration:Drain:PropagationTime=0s",
            $"HA:Tokens:SigningKeyFile={Path.Combine(keys, "shop.key")}", $"HA:Tokens:TrustFolder={keys}");
        Assert.True(await program.EndAsync() == 0, string.Join('\n', program.Lines));
        Assert.Contains("called by shop", program.Lines);
    }

    private static async Task RunAsync(string folder, string registry, string address)
    {
        string[] both = [$"HA:Registry={registry}", address];
        await using var catalog = SampleProcess.StartPublished(
            Path.Combine(folder, "Shop.Catalog"), "Shop.Catalog",
            [.. both, "urls=http://127.0.0.1:0", "HA:Registration:Id=trimmed", "HA:Registration:Lease:TimeToLive=30s"]);
        await Wait.UntilAsync($"the catalog in {registry}", async () => await ShopProcessTests.RegisteredAsync(both) is ["trimmed"]);

        await using var buyer = SampleProcess.StartPublished(Path.Combine(folder, "Shop.Buyer"), "Shop.Buyer", both);
        await ShopProcessTests.ServedByAsync(buyer, "trimmed");
        Assert.Equal(0, await buyer.TerminateAsync());
        Assert.Equal(0, ShopProcessTests.Last(buyer).Failed);

        Assert.Equal(0, await catalog.TerminateAsync());
        Assert.Empty(await ShopProcessTests.RegisteredAsync(both));
    }

    private static async Task PublishAsync(string folder, string source, string project, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = OptionsReferenceTests.FindRoot(AppContext.BaseDirectory),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "publish", $"{source}/{project}.csproj", "--configuration", "Release", "--use-current-runtime", "--self-contained",
            "-p:PublishTrimmed=true", "--output", Path.Combine(folder, project),
            // The build that runs these tests keeps its own. What all programs need is built once.
            "--artifacts-path", Path.Combine(folder, "artifacts"),
            // Every warning by itself, and nothing but those of trimming: the build has looked for the others.
            "-p:TrimmerSingleWarn=false", "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false",
            // Nothing that outlives it.
            "--disable-build-servers", "-nodeReuse:false",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // What a test run leaves there is about its own build.
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);

        using var publish = Process.Start(start)!;
        try
        {
            var said = await Task.WhenAll(
                publish.StandardOutput.ReadToEndAsync(cancellationToken), publish.StandardError.ReadToEndAsync(cancellationToken));
            await publish.WaitForExitAsync(cancellationToken);
            var output = string.Concat(said);
            Assert.True(publish.ExitCode == 0, output);
            Assert.DoesNotMatch("\\bIL[0-9]{4}\\b", output);
        }
        finally
        {
            if (!publish.HasExited) publish.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Where all are published.</summary>
    public sealed class Published : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-core-trimmed-");

        internal string Folder => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
