using System.Reflection;
using System.Reflection.Emit;

namespace HA.Core.Architecture.Tests;

/// <summary>Every type that a type mentions: bases, members, attributes, and what its method bodies touch.</summary>
internal static class TypeUses
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(static f => (OpCode)f.GetValue(null)!).ToDictionary(static o => o.Value);

    public static HashSet<Type> Of(Type type)
    {
        var uses = new HashSet<Type>();
        Add(uses, type.BaseType);
        foreach (var contract in type.GetInterfaces()) Add(uses, contract);
        foreach (var field in type.GetFields(Declared)) Add(uses, field.FieldType);
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared))) AddMethod(uses, method);
        return uses;
    }

    private static void AddMethod(HashSet<Type> uses, MethodBase method)
    {
        AddSignature(uses, method);
        if (method.GetMethodBody() is not { } body) return;
        foreach (var local in body.LocalVariables) Add(uses, local.LocalType);
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause) Add(uses, clause.CatchType);
        }

        AddInstructions(uses, method, body.GetILAsByteArray()!);
    }

    private static void AddInstructions(HashSet<Type> uses, MethodBase method, byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[at++]));
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineTok or OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField)
                AddMember(uses, Resolve(method, BitConverter.ToInt32(code, at)));
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static void AddMember(HashSet<Type> uses, MemberInfo? member)
    {
        if (member is Type type) Add(uses, type);
        if (member is not (FieldInfo or MethodBase)) return;
        Add(uses, member.DeclaringType);
        if (member is FieldInfo field) Add(uses, field.FieldType);
        else AddSignature(uses, (MethodBase)member);
    }

    private static void AddSignature(HashSet<Type> uses, MethodBase method)
    {
        foreach (var parameter in method.GetParameters()) Add(uses, parameter.ParameterType);
        if (method is MethodInfo { ReturnType: var result }) Add(uses, result);
        if (!method.IsGenericMethod) return;
        foreach (var argument in method.GetGenericArguments()) Add(uses, argument);
    }

    private static void Add(HashSet<Type> uses, Type? type)
    {
        while (type is { HasElementType: true }) type = type.GetElementType();
        if (type is null) return;
        if (type.IsGenericParameter)
        {
            foreach (var constraint in type.GetGenericParameterConstraints()) uses.Add(constraint);
            return;
        }

        if (!uses.Add(type) || !type.IsGenericType) return;
        foreach (var argument in type.GetGenericArguments()) Add(uses, argument);
    }
}
