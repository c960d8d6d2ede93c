using System.Reflection;
using System.Runtime.CompilerServices;

namespace HA.Core.Architecture.Tests;

/// <summary>The public surface of the core, as approved. HA_APPROVE=1 writes the listing anew.</summary>
public class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static string File => Path.Combine(Repository.Root, "tests", "HA.Core.Architecture.Tests", "PublicApi.HA.Core.txt");

    [Fact]
    public void PublicApi_OfTheCore_IsAsApproved()
    {
        string[] now = [.. typeof(ServiceInstance).Assembly.GetExportedTypes().SelectMany(Lines).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("HA_APPROVE") == "1") System.IO.File.WriteAllLines(File, now);
        var approved = System.IO.File.ReadAllLines(File);
        Assert.True(
            now.SequenceEqual(approved),
            $"Added: {string.Join("; ", now.Except(approved))}. Gone: {string.Join("; ", approved.Except(now))}. HA_APPROVE=1 approves.");
    }

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"T:{Name(type)} : {Name(type.BaseType)} {string.Join(", ", type.GetInterfaces().Select(Name).Order(StringComparer.Ordinal))}".TrimEnd();
        foreach (var member in type.GetMembers(Declared))
        {
            if (member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is MethodInfo { IsSpecialName: false }) continue;
            var line = member switch
            {
                FieldInfo f when f.IsPublic || f.IsFamily => $"F:{Name(type)}.{f.Name} : {Name(f.FieldType)}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
                MethodBase m when m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly => $"M:{Name(type)}.{m.Name}{Generic(m)}({Parameters(m)}){(m is MethodInfo i ? $" : {Name(i.ReturnType)}" : "")}",
                _ => null,
            };
            if (line is not null) yield return line;
        }
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(
        static p => $"{(p.IsOut ? "out " : p.IsIn ? "in " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "")}"));

    private static string Generic(MethodBase method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Name(Type? type) => type switch
    {
        null => "none",
        { IsByRef: true } => Name(type.GetElementType()),
        { IsArray: true } => Name(type.GetElementType()) + "[]",
        { IsGenericParameter: true } => type.Name,
        { IsGenericType: true } => $"{(type.Namespace + "." + type.Name).Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => type.FullName ?? type.Name,
    };
}
