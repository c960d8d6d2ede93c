using System.Xml.Linq;

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

    // A compiler drops references that nothing uses yet; whoever takes the package would still have to have the framework.
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ButForHosting_AsksForNoWebFramework(string project)
    {
        var file = XDocument.Load(Assert.Single(Repository.Projects, p => Path.GetFileNameWithoutExtension(p) == project));
        // That of the web brings the framework without naming it.
        Assert.Equal("Microsoft.NET.Sdk", (string?)file.Root!.Attribute("Sdk"));
        if (project.StartsWith("HA.Core.Hosting", StringComparison.Ordinal)) return;
        string[] asked = [.. file.Descendants().Where(static e => e.Name.LocalName is "FrameworkReference" or "PackageReference" or "ProjectReference")
            .Select(static e => (string?)e.Attribute("Include") ?? "")];
        Assert.All(asked, static a => Assert.DoesNotMatch(@"Microsoft\.(AspNetCore|Extensions)\.|HA\.Core\.Hosting", a));
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
