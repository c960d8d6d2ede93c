using System.Reflection;
using System.Runtime.CompilerServices;

namespace HA.Core.Architecture.Tests;

/// <summary>The public surfaces that others build on, as approved. HA_APPROVE=1 writes the listings anew.</summary>
public class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("HA.Core")]
    [InlineData("HA.Core.Hosting")]
    [InlineData("HA.Core.Hosting.Tokens")]
    public void PublicApi_OfAnAssembly_IsAsApproved(string assembly)
    {
        var file = Path.Combine(Repository.Root, "tests", "HA.Core.Architecture.Tests", $"PublicApi.{assembly}.txt");
        string[] now = [.. Repository.Load(assembly).GetExportedTypes().SelectMany(Lines).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("HA_APPROVE") == "1") File.WriteAllLines(file, now);
        var approved = File.ReadAllLines(file);
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
