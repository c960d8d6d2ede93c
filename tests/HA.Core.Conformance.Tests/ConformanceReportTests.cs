namespace HA.Core.Conformance.Tests;

public sealed class ConformanceReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-core-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_EachResult_IsALineOfItsOwn()
    {
        var laws = new InMemoryConformance(ServiceEnvironment.System).Laws;
        foreach (var law in laws)
            ConformanceReport.Write(_folder, "etcd 3.5 / TLS", laws, law.Name, holds: law.Number != 6);

        var lines = Directory.GetFiles(_folder).Select(static f => Assert.Single(File.ReadAllLines(f)).Split('\t')).ToArray();
        Assert.Equal(laws.Count, lines.Length);
        Assert.All(lines, l => Assert.Equal(("etcd 3.5 / TLS", $"{laws[^1].Number}", 6), (l[0], l[2], l.Length)));
        Assert.All(lines, static l => Assert.Equal(l[1] == "6" ? "broken" : "holds", l[5]));
        Assert.Equal("3", lines.First(static l => l[1] == "6")[4]);
    }

    [Fact]
    public async Task Write_OfABrokenRegistry_SaysSo()
    {
        var suite = new InMemoryConformance(
            ServiceEnvironment.System, static (r, _) => new BrokenRegistries.DeregistersNothing(r), "broken on purpose");
        var law = suite.Laws.First(static l => l.Number == 6);

        await Assert.ThrowsAsync<ConformanceException>(law.CheckAsync);

        // What a run collects must not hold the registries that tests break.
        if (Environment.GetEnvironmentVariable(ConformanceReport.FolderVariable) is not { Length: > 0 } folder) return;
        var file = Assert.Single(Directory.GetFiles(folder, $"broken_on_purpose.{law.Name}.tsv"));
        Assert.EndsWith("broken\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        File.Delete(file);
    }
}
