using System.Collections.Immutable;
using static HA.Core.Hosting.Settings.InPlace<HA.Core.Hosting.MutualTlsOptions>;

namespace HA.Core.Hosting.Settings;

/// <summary>The keys of <see cref="MutualTlsOptions"/>, in <c>HA:MutualTls</c>.</summary>
internal static class MutualTlsSettings
{
    internal static SettingTable<MutualTlsOptions> Table { get; } = new SettingTable<MutualTlsOptions>(static () => new())
        .Text("CertificateFile", static o => o.CertificateFile.Length > 0 ? o.CertificateFile : null,
            Set<string>(static (o, v) => o.CertificateFile = v), "/run/secrets/catalog.pem")
        .OptionalText("KeyFile", static o => o.KeyFile, Set<string?>(static (o, v) => o.KeyFile = v), "/run/secrets/catalog.key")
        .Text("TrustFile", static o => o.TrustFile.Length > 0 ? o.TrustFile : null, Set<string>(static (o, v) => o.TrustFile = v),
            "/run/secrets/roots.pem")
        .OptionalText("TrustDomain", static o => o.TrustDomain, Set<string?>(static (o, v) => o.TrustDomain = v), "shop.example")
        .Texts("AllowedCallers", static o => o.AllowedCallers, Set<ImmutableArray<string>>(static (o, v) => o.AllowedCallers = v), "buyer")
        .Duration("ReloadInterval", static o => o.ReloadInterval, Set<TimeSpan>(static (o, v) => o.ReloadInterval = v));
}
