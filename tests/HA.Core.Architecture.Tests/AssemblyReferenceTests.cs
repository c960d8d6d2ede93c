namespace HA.Core.Architecture.Tests;

public class AssemblyReferenceTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects.Select(static p => Path.GetFileNameWithoutExtension(p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_OfOurs_KnowsOnlyWhomItMay(string project)
    {
        const string Glue = "HA.Core.Hosting.";
        // What brings a provider and the hosting together knows those two; all others know the core alone.
        string[] may = project.StartsWith(Glue, StringComparison.Ordinal)
            ? ["HA.Core", "HA.Core.Hosting", "HA.Core." + project[Glue.Length..]]
            : ["HA.Core"];
        string[] ours = [.. Repository.Load(project).GetReferencedAssemblies().Select(static r => r.Name!)
            .Where(static n => n.StartsWith("HA.Core", StringComparison.Ordinal))];
        Assert.All(ours, n => Assert.Contains(n, may));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_ButForHosting_KnowsNoContainerAndNoWebServer(string project)
    {
        if (project.StartsWith("HA.Core.Hosting", StringComparison.Ordinal)) return;
        Assert.DoesNotContain(Repository.Load(project).GetReferencedAssemblies(), static r =>
            r.Name!.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || r.Name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal));
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
