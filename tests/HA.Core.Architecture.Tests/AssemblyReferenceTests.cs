namespace HA.Core.Architecture.Tests;

public class AssemblyReferenceTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects.Select(static p => Path.GetFileNameWithoutExtension(p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_OfOurs_KnowsOnlyTheCore(string project)
    {
        string[] ours = [.. Repository.Load(project).GetReferencedAssemblies().Select(static r => r.Name!)
            .Where(static n => n.StartsWith("HA.Core", StringComparison.Ordinal))];
        Assert.All(ours, static n => Assert.Equal("HA.Core", n));
    }

    [Fact]
    public void Core_References_NothingButTheBaseClassLibrary()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.All(
            typeof(ServiceInstance).Assembly.GetReferencedAssemblies(),
            reference => Assert.True(File.Exists(Path.Combine(runtime, reference.Name + ".dll")), reference.Name));
    }
}
