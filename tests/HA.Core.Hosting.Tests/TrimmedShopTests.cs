using System.Diagnostics;
using HA.Core.Servers;

namespace HA.Core.Hosting.Tests;

/// <summary>The sample as it is when everything that nobody calls was cut out of it, its framework included.</summary>
public class TrimmedShopTests
{
    // Four times what it takes on two idle cores; less than what makes the whole run give up on a test.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task TrimmedShop_OverEveryRegistry_PublishesWithoutWarningAndAnswers()
    {
        var folder = Directory.CreateTempSubdirectory("ha-core-trimmed-");
        try
        {
            using (var patience = new CancellationTokenSource(Patience))
            {
                // What both need is built once.
                await PublishAsync(folder.FullName, "Catalog", patience.Token);
                await PublishAsync(folder.FullName, "Buyer", patience.Token);
            }

            await using var etcd = await EtcdServer.StartAsync();
            await RunAsync(folder.FullName, "etcd", $"HA:Registries:etcd:Endpoints={etcd.Address}");
            await using var consul = await ConsulServer.StartAsync();
            await RunAsync(folder.FullName, "consul", $"HA:Registries:consul:Address={consul.Address}");
            await using var redis = await RedisServer.StartAsync();
            await RunAsync(folder.FullName, "redis", $"HA:Registries:redis:Servers={redis.Address}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder, string registry, string address)
    {
        string[] both = [$"HA:Registry={registry}", address];
        await using var catalog = SampleProcess.StartPublished(
            Path.Combine(folder, "Catalog"), "Shop.Catalog",
            [.. both, "urls=http://127.0.0.1:0", "HA:Registration:Id=trimmed", "HA:Registration:Lease:TimeToLive=30s"]);
        await Wait.UntilAsync($"the catalog in {registry}", async () => await ShopProcessTests.RegisteredAsync(both) is ["trimmed"]);

        await using var buyer = SampleProcess.StartPublished(Path.Combine(folder, "Buyer"), "Shop.Buyer", both);
        await ShopProcessTests.ServedByAsync(buyer, "trimmed");
        Assert.Equal(0, await buyer.TerminateAsync());
        Assert.Equal(0, ShopProcessTests.Last(buyer).Failed);

        Assert.Equal(0, await catalog.TerminateAsync());
        Assert.Empty(await ShopProcessTests.RegisteredAsync(both));
    }

    private static async Task PublishAsync(string folder, string sample, CancellationToken cancellationToken)
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
            "publish", $"samples/Shop/{sample}/Shop.{sample}.csproj", "--configuration", "Release", "--use-current-runtime", "--self-contained",
            "-p:PublishTrimmed=true", "--output", Path.Combine(folder, sample),
            // The build that runs these tests keeps its own.
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
}
