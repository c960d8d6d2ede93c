using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HA.Core.Alerting;

namespace HA.Core.Hosting.Alerts;

/// <summary>An alert as it is posted.</summary>
internal static class WebhookMessage
{
    internal const string TimestampHeader = "HA-Timestamp";
    internal const string SignatureHeader = "HA-Signature";

    private const int SchemaVersion = 1;

    /// <summary>The body. The same alert has the same <c>id</c> however often it is sent.</summary>
    internal static byte[] Of(Alert alert)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("id", FormattableString.Invariant(
                $"{NameOf(alert.Rule)}/{alert.Service}/{alert.Since.ToUnixTimeMilliseconds()}/{NameOf(alert.State)}"));
            json.WriteString("rule", NameOf(alert.Rule));
            json.WriteString("service", alert.Service);
            json.WriteString("state", NameOf(alert.State));
            json.WriteString("severity", alert.Severity == AlertSeverity.Critical ? "critical" : "warning");
            json.WriteString("since", alert.Since);
            json.WriteString("at", alert.At);
            json.WriteString("summary", alert.Summary);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Who sends a request proves by it that he knows the secret, and when he sent it: HMAC-SHA256 over the time, a dot and the body.
    /// </summary>
    internal static (string Timestamp, string Signature) Sign(byte[] body, string secret, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        return (timestamp, $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
    }

    internal static string NameOf(AlertState state) => state == AlertState.Firing ? "firing" : "recovered";

    internal static string NameOf(AlertRule rule) => rule switch
    {
        AlertRule.NoHealthyInstance => "no_healthy_instance",
        AlertRule.Panic => "panic",
        AlertRule.MassEjection => "mass_ejection",
        AlertRule.RegistryLost => "registry_lost",
        AlertRule.StaleCatalog => "stale_catalog",
        AlertRule.RetryBudgetExhausted => "retry_budget_exhausted",
        _ => "registration_lost",
    };
}
