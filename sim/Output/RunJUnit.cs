using System.Globalization;
using System.Text;
using System.Xml;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>The verdict of a run in the XML of JUnit, which build servers read: a test case for each expectation.</summary>
internal static class RunJUnit
{
    internal static string Of(RunReport report, string replay)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            var seconds = report.WallSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", $"{report.Scenario} seed {report.Seed} {report.Balancer}");
            xml.WriteAttributeString("tests", $"{report.Expectations.Length}");
            xml.WriteAttributeString("failures", $"{report.Expectations.Count(static e => !e.Held)}");
            xml.WriteAttributeString("errors", "0");
            xml.WriteAttributeString("time", seconds);
            foreach (var result in report.Expectations) Write(xml, report, result, replay);
            xml.WriteElementString("system-out", Clean(replay));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void Write(XmlWriter xml, RunReport report, ExpectationResult result, string replay)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(report.Scenario));
        xml.WriteAttributeString("name", Clean(result.Expected));
        if (!result.Held)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", Clean($"{result.Expected}: {result.Actual}"));
            xml.WriteAttributeString("type", Clean(result.Name));
            xml.WriteString(Clean($"{result.Actual}\n{replay}"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    // A scenario's texts may have any character; XML may not.
    private static string Clean(string text) => string.Concat(text.Select(static c => XmlConvert.IsXmlChar(c) ? c : '?'));
}
