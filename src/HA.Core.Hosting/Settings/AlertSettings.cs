using HA.Core.Alerting;
using static HA.Core.Hosting.Settings.InPlace<HA.Core.Hosting.AlertingOptions>;

namespace HA.Core.Hosting.Settings;

/// <summary>The keys of <see cref="AlertingOptions"/>, in <c>HA:Alerts</c>.</summary>
internal static class AlertSettings
{
    private static readonly SettingTable<AlertOptions> Rules = new SettingTable<AlertOptions>(static () => new())
        .Duration("Interval", static o => o.Interval, static (o, v) => o with { Interval = v })
        .Duration("MinInterval", static o => o.MinInterval, static (o, v) => o with { MinInterval = v })
        .OptionalDuration("NoHealthyInstance", static o => o.NoHealthyInstance, static (o, v) => o with { NoHealthyInstance = v })
        .OptionalDuration("Panic", static o => o.Panic, static (o, v) => o with { Panic = v })
        .OptionalDuration("MassEjection", static o => o.MassEjection, static (o, v) => o with { MassEjection = v })
        .Number("MassEjectionShare", static o => o.MassEjectionShare, static (o, v) => o with { MassEjectionShare = v })
        .OptionalDuration("RegistryLost", static o => o.RegistryLost, static (o, v) => o with { RegistryLost = v })
        .OptionalDuration("StaleCatalog", static o => o.StaleCatalog, static (o, v) => o with { StaleCatalog = v })
        .OptionalDuration("RetryBudgetExhausted", static o => o.RetryBudgetExhausted, static (o, v) => o with { RetryBudgetExhausted = v })
        .Duration("RetryQuietTime", static o => o.RetryQuietTime, static (o, v) => o with { RetryQuietTime = v })
        .OptionalDuration("RegistrationLost", static o => o.RegistrationLost, static (o, v) => o with { RegistrationLost = v });

    private static readonly SettingTable<WebhookOptions> Webhook = new SettingTable<WebhookOptions>(static () => new())
        .Address("Url", static o => o.Url?.OriginalString, static (o, v) => o with { Url = new Uri(v) }, "https://hooks.example.com/ha")
        .Text("Secret", static o => o.Secret, static (o, v) => o with { Secret = v }, "32 characters drawn at random", isSecret: true)
        .Flag("AllowPrivateAddresses", static o => o.AllowPrivateAddresses, static (o, v) => o with { AllowPrivateAddresses = v })
        .Whole("QueueLimit", static o => o.QueueLimit, static (o, v) => o with { QueueLimit = v })
        .Duration("GiveUpAfter", static o => o.GiveUpAfter, static (o, v) => o with { GiveUpAfter = v });

    internal static SettingTable<AlertingOptions> Table { get; } = new SettingTable<AlertingOptions>(static () => new())
        .Section("Rules", Rules, static o => o.Rules, Set<AlertOptions>(static (o, v) => o.Rules = v))
        .OptionalSection("Webhook", Webhook, static o => o.Webhook, Set<WebhookOptions?>(static (o, v) => o.Webhook = v));
}
