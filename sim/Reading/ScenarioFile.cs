using System.Text;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>Reads scenarios from files.</summary>
internal static class ScenarioFile
{
    private const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Each <c>path=value</c>, put over what the file says.</param>
    /// <exception cref="BadInputException">Something in it is wrong: everything that is.</exception>
    internal static Scenario Load(string path, IEnumerable<string> settings)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes) throw new BadInputException($"{path}: the file is larger than 1 MiB");
            using var reader = new StreamReader(file, StrictUtf8);
            return Read(reader.ReadToEnd(), path, settings);
        }
        catch (DecoderFallbackException)
        {
            throw new BadInputException($"{path}: the file is not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message}");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <inheritdoc cref="Load"/>
    internal static Scenario Read(string text, string name, IEnumerable<string> settings)
    {
        var problems = new Problems(name);
        if (text.Length > MaxBytes) throw new BadInputException($"{name}: the file is larger than 1 MiB");
        var root = YamlTree.Parse(text, problems);
        if (root is null or ScalarNode { IsNull: true } && problems.IsEmpty) problems.Add(new Mark(1, 1), "the file is empty; a scenario has at least a name");
        if (root is MapNode map)
        {
            foreach (var setting in settings) Settings.Apply(map, setting, problems);
        }

        var context = new ReadContext(problems);
        Scenario? scenario = null;
        if (root is not null)
        {
            context.Note("", root.Mark);
            ScenarioShape.Root.TryRead(root, "", context, out scenario);
        }

        problems.ThrowIfAny();
        CheckRules(scenario!, context);
        problems.ThrowIfAny();
        return scenario!;
    }

    private static void CheckRules(Scenario scenario, ReadContext context)
    {
        try
        {
            ScenarioRules.Check(scenario);
        }
        catch (ScenarioException e)
        {
            var problem = ReadContext.SentenceOf(new ArgumentException(e.Problem));
            context.Problems.Add(context.PlaceOf(e.Place), $"{e.Place} {problem}");
        }
    }
}
