using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HA.Core.Hosting.Settings;

namespace HA.Core.Hosting.Tests;

/// <summary>The pages that list every key are made from the keys themselves. HA_APPROVE=1 writes them anew.</summary>
public partial class OptionsReferenceTests
{
    private const string Root = "HA";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Path, string Effect, IReadOnlyList<SettingInfo> Settings)[] Sections =
    [
        ("Defaults", "For every service. Hot but for `Registry`: `Balancer`, `Weights`, `Health`, `Checker` and `Detector` keep all that is known of the endpoints, "
            + "`Call` and `Http` count for the next call, with a retry budget that begins anew, and `Watch` and `CatalogFolder` make a new pool, whose "
            + "health begins anew, while the old one serves on. "
            + "`Services:<name>` has the same keys, for one service.", ServiceSettings.Table.Describe()),
        ("Registration", "How this program shows itself to others. Cold: it counts from one start to the next.", RegistrationSettings.Table.Describe()),
        ("Telemetry", "What metrics tell.", TelemetrySettings.Table.Describe()),
        ("Alerts", "For `AddAlerts`. Cold.", AlertSettings.Table.Describe()),
        ("Registries:etcd", "For `AddEtcdRegistry`; another name if it was added under one. Cold.", EtcdHosting.Settings.Describe()),
        ("Registries:consul", "For `AddConsulRegistry`. Cold.", ConsulHosting.Settings.Describe()),
        ("Registries:redis", "For `AddRedisRegistry`. Cold.", RedisHosting.Settings.Describe()),
        ("MutualTls", "For `AddMutualTls`. Cold; the files that it names are followed.", MutualTlsSettings.Table.Describe()),
        ("Tokens", "For `AddServiceTokens` of `HA.Core.Hosting.Tokens`. Cold; the files that it names are followed.", ServiceTokenHosting.Settings.Describe()),
    ];

    private static readonly Dictionary<string, string> Summaries = ReadSummaries();

    [Fact]
    public void Reference_OfTheOptions_IsInStep() => Approve("options.md", Page());

    [Fact]
    public void Schema_OfAppsettings_IsInStep() => Approve("appsettings.schema.json", Schema().ToJsonString(Indented) + "\n");

    [Fact]
    public void Settings_All_SetAPropertyThatIsDocumented() => Assert.All(
        Sections.SelectMany(static s => Flat(s.Path, s.Settings)), static s => Assert.NotEmpty(SummaryOf(s.Info)));

    // A property that is forgotten cannot be configured, and nobody would notice.
    [Fact]
    public void Options_EveryProperty_HasAKeyOrAReason()
    {
        string[] inCode =
        [
            "Detector of HealthOptions", "Checker of HealthOptions", "Store of CatalogWatcherOptions", "TellsInstance of FailoverOptions", "TrustedRoots of EtcdRegistryOptions",
            "ClientCertificate of EtcdRegistryOptions", "CertificateAuthorities of ConsulRegistryOptions", "ClientCertificate of ConsulRegistryOptions",
            "MessageHandler of ConsulRegistryOptions", "TrustedRoots of RedisRegistryOptions", "Connection of RedisRegistryOptions",
            "Configure of RedisRegistryOptions",
        ];
        var all = Sections.SelectMany(static s => Flat(s.Path, s.Settings)).Select(static s => s.Info).ToArray();
        var missing = all.Select(static i => i.Owner).Distinct().SelectMany(owner => owner.GetProperties()
            .Where(static p => p.CanWrite && p.GetMethod!.IsPublic)
            .Where(p => !all.Any(i => i.Owner == owner && i.Key == p.Name))
            .Select(p => $"{p.Name} of {owner.Name}"));
        Assert.Equal(inCode.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Options

            Every key of the section `HA`, as `appsettings.json`, environment variables (`HA__Defaults__Call__Deadline`) and command lines
            (`--HA:Defaults:Call:Deadline=3s`) take it. All are checked when the program starts, and it does not start with one that is
            unknown or has a value that will not do; the message says which, and what would do. A change of the configuration is checked in
            the same way, as a whole: if anything is wrong with it, the former values stay, and the log (1501), the counter
            `hacore.config.reloads` and the health check `ha-config` say so.

            A time is `00:00:02.5`, or a number with a unit: `2500ms`, `2.5s`, `2m`, `1h`. Where `off` is allowed it means: no such thing. A
            section that is off by default is turned on by any key in it, or by `true`. "Hot" is what takes effect while the program runs.

            [appsettings.schema.json](appsettings.schema.json) is this page for editors: name it in `"$schema"`. Both are generated from the
            code by its tests.

            | key | takes | default | |
            | --- | --- | --- | --- |
            | `HA:Registry` | a text | the registry that was added first | Name of the registry that is used where none is named. Cold. |

            """);
        foreach (var (path, effect, settings) in Sections)
        {
            page.Append($"\n## {Root}:{path}\n\n{effect}\n\n| key | takes | default | |\n| --- | --- | --- | --- |\n");
            foreach (var (key, info) in Flat("", settings))
            {
                var takes = TakesOf(info.Kind) + (info.MayBeOff ? ", `off`" : "");
                var value = info.Default is { } text ? $"`{text}`" : info.MayBeOff ? "`off`" : "";
                page.Append($"| `{key}` | {takes} | {value} | {SummaryOf(info).Replace("|", "\\|", StringComparison.Ordinal)}{(info.IsSecret ? " Never shown." : "")} |\n");
            }
        }

        return page.ToString();
    }

    private static string TakesOf(SettingKind kind) => kind switch
    {
        SettingKind.Text => "a text",
        SettingKind.Texts => "texts",
        SettingKind.Pairs => "keys of your own",
        SettingKind.Whole => "a whole number",
        SettingKind.Number => "a number",
        SettingKind.Flag => "`true`, `false`",
        SettingKind.Duration => "a time",
        _ => "a section",
    };

    private static IEnumerable<(string Key, SettingInfo Info)> Flat(string path, IEnumerable<SettingInfo> settings) => settings.SelectMany(info =>
    {
        var key = path.Length == 0 ? info.Key : $"{path}:{info.Key}";
        return Flat(key, info.Parts).Prepend((key, info));
    });

    private static JsonObject Schema()
    {
        var service = ObjectOf(Sections[0].Settings);
        var ha = new JsonObject
        {
            ["Registry"] = new JsonObject { ["type"] = "string", ["description"] = "Name of the registry that is used where none is named." },
            ["Defaults"] = new JsonObject { ["$ref"] = "#/definitions/service" },
            ["Services"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["$ref"] = "#/definitions/service" } },
            ["Registration"] = ObjectOf(Sections[1].Settings),
            ["Telemetry"] = ObjectOf(TelemetrySettings.Table.Describe()),
            ["Alerts"] = ObjectOf(AlertSettings.Table.Describe()),
            ["MutualTls"] = ObjectOf(MutualTlsSettings.Table.Describe()),
            ["Tokens"] = ObjectOf(ServiceTokenHosting.Settings.Describe()),
            ["Registries"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(Sections.Where(static s => s.Path.Contains(':', StringComparison.Ordinal)).Select(static s => KeyValuePair.Create(s.Path.Split(':')[1], (JsonNode?)ObjectOf(s.Settings)))),
            },
        };
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "appsettings.json of a program that uses HA.Core.Hosting",
            ["type"] = "object",
            ["definitions"] = new JsonObject { ["service"] = service },
            ["properties"] = new JsonObject
            {
                [Root] = new JsonObject { ["type"] = "object", ["properties"] = ha, ["additionalProperties"] = false },
            },
        };
    }

    private static JsonObject ObjectOf(IEnumerable<SettingInfo> settings) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(settings.Select(static i => KeyValuePair.Create(i.Key, (JsonNode?)SchemaOf(i)))),
        ["additionalProperties"] = false,
    };

    private static JsonObject SchemaOf(SettingInfo info)
    {
        JsonObject schema = info.Kind switch
        {
            SettingKind.Texts => new() { ["type"] = new JsonArray("array", "string"), ["items"] = new JsonObject { ["type"] = "string" } },
            SettingKind.Pairs => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
            SettingKind.Whole => new() { ["type"] = "integer" },
            SettingKind.Number => new() { ["type"] = "number" },
            SettingKind.Flag => new() { ["type"] = "boolean" },
            SettingKind.Duration => new() { ["type"] = "string", ["pattern"] = @"^(-?[0-9.]+(ms|s|m|h)|([0-9]+\.)?[0-9]+:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)$" },
            SettingKind.Section => ObjectOf(info.Parts),
            _ => new() { ["type"] = "string" },
        };
        if (info.MayBeOff && info.Kind != SettingKind.Text)
        {
            JsonArray others = info.Kind == SettingKind.Section
                ? [schema, new JsonObject { ["type"] = "boolean" }, new JsonObject { ["const"] = "off" }]
                : [schema, new JsonObject { ["const"] = "off" }];
            schema = new JsonObject { ["anyOf"] = others };
        }

        var value = info.Default is null || info.Kind == SettingKind.Section ? "" : $" The default is {info.Default}.";
        schema["description"] = SummaryOf(info).Replace("`", "", StringComparison.Ordinal) + value;
        return schema;
    }

    private static string SummaryOf(SettingInfo info) => Summaries.GetValueOrDefault($"P:{info.Owner.FullName}.{info.Key}", "");

    private static Dictionary<string, string> ReadSummaries() => Directory.GetFiles(AppContext.BaseDirectory, "HA.Core*.xml")
        .SelectMany(static file => XDocument.Load(file).Descendants("member"))
        .Where(static m => m.Element("summary") is not null)
        .ToDictionary(static m => m.Attribute("name")!.Value, static m => TextOf(m.Element("summary")!), StringComparer.Ordinal);

    private static string TextOf(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(static node => node switch
        {
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1]}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => node.ToString(),
        }));
        return Blanks().Replace(text, " ").Trim().Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
    }

    private static void Approve(string name, string now)
    {
        var file = Path.Combine(FindRoot(AppContext.BaseDirectory), "docs", "reference", name);
        if (Environment.GetEnvironmentVariable("HA_APPROVE") == "1") File.WriteAllText(file, now);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == now, $"{name} is not what the code says. HA_APPROVE=1 writes it anew.");
    }

    internal static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "HA.Core.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No HA.Core.sln above the tests."));

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
