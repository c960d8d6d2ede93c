using System.Security.Cryptography;
using HA.Core.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HA.Core.Bench.Tokens;

/// <summary>A service with a key that believes itself, and the same tokens made and judged by the handler that everybody uses.</summary>
internal sealed class TokenKit
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _signing;
    private readonly TokenValidationParameters _parameters;

    internal TokenKit()
    {
        var folder = Directory.CreateTempSubdirectory("ha-bench-keys-");
        try
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var file = Path.Combine(folder.FullName, "buyer.key");
            File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(Path.Combine(folder.FullName, "buyer.pem"), key.ExportSubjectPublicKeyInfoPem());
            Tokens = Load(file, folder.FullName);
            var security = new ECDsaSecurityKey(key);
            security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
            _signing = new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256);
            _parameters = new TokenValidationParameters
            {
                ValidTypes = ["ha-service+jwt"],
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidIssuer = "ha",
                ValidAudience = "buyer",
                IssuerSigningKey = security,
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal ServiceTokens Tokens { get; }

    /// <summary>Signs anew, as one who keeps no token does for each attempt.</summary>
    internal string Sign()
    {
        var now = DateTime.UtcNow;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "ha-service+jwt",
            Issuer = "ha",
            Audience = "buyer",
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = "buyer" },
            IssuedAt = now,
            NotBefore = now,
            Expires = now + TimeSpan.FromMinutes(5),
            SigningCredentials = _signing,
        });
    }

    internal Task<TokenValidationResult> ValidateAsync(string token) => _handler.ValidateTokenAsync(token, _parameters);

    private static ServiceTokens Load(string signingKey, string trust)
    {
        var services = new ServiceCollection();
        services.AddHighAvailability(static _ => { }).AddServiceTokens(o =>
        {
            (o.Service, o.SigningKeyFile, o.TrustFolder) = ("buyer", signingKey, trust);
            // The files are gone when it is over, and reading them is not what is asked.
            o.ReloadInterval = TimeSpan.FromHours(1);
        });
        var tokens = services.BuildServiceProvider().GetRequiredService<ServiceTokens>();
        _ = tokens.For("buyer");
        return tokens;
    }
}
