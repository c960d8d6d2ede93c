using HA.Core.Conformance;
using HA.Core.Registry;

namespace HA.Core.Samples.Tests;

/// <summary>All that it takes to hold a provider to the laws.</summary>
public sealed class FolderRegistryConformanceTests
{
    public static TheoryData<string> Names => new(new FolderConformance().Laws.Select(static l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public async Task Folder_Holds(string law)
    {
        using var suite = new FolderConformance();
        await suite.Laws.Single(l => l.Name == law).CheckAsync();
    }

    private sealed class FolderConformance : RegistryConformance, IDisposable
    {
        private readonly string _path = Path.Combine(Path.GetTempPath(), $"ha-core-folder-{Guid.NewGuid():N}");

        protected override string? ReportedAs => "folder (sample)";

        protected override ValueTask<IServiceRegistry> CreateAsync() => new(new FolderRegistry(_path));

        protected override ValueTask<IServiceRegistry> ConnectAgainAsync(IServiceRegistry first) => CreateAsync();

        public void Dispose()
        {
            if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
        }
    }
}
